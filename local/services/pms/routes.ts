import { parseAvailability, parseReservation } from '../hotel/requests';
import type { Route } from '../web/json-router';
import { Bookings } from './bookings';
import type { Database } from './database';

/** The calls of the service. */
export function routes(database: Database, site: string): readonly Route[] {
  const bookings = new Bookings(database);
  return [
    {
      method: 'GET',
      path: /^\/health\/ready$/,
      handle: async () => {
        const state = await database.readiness();
        const isReady = state === 'ok';
        return {
          status: isReady ? 200 : 503,
          body: { status: isReady ? 'ready' : 'not-ready', database: state, site },
        };
      },
    },
    {
      method: 'POST',
      path: /^\/api\/v1\/pms\/availability$/,
      handle: async (body) => {
        const request = parseAvailability(body);
        return { status: 200, body: { ...request, ...(await bookings.availability(request)) } };
      },
    },
    {
      method: 'POST',
      path: /^\/api\/v1\/pms\/bookings$/,
      handle: async (body) => {
        const { created, booking } = await bookings.book(parseReservation(body));
        return { status: created ? 201 : 200, body: booking };
      },
    },
    {
      method: 'GET',
      path: /^\/api\/v1\/pms\/bookings\/([A-Za-z0-9._-]+)$/,
      handle: async (_body, reference) => ({ status: 200, body: await bookings.read(reference) }),
    },
  ];
}
