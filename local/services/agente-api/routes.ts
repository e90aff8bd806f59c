import { parseAvailability, parseReservation } from '../hotel/requests';
import type { Handler, Route } from '../web/json-router';
import { Bookings } from './bookings';
import type { Stores } from './stores';

/** The calls of the service. */
export function routes(stores: Stores, site: string): readonly Route[] {
  const bookings = new Bookings(stores, site);
  const ready: Handler = async () => {
    const state = await stores.readiness();
    const isReady = state.database === 'ok' && state.cache === 'ok';
    return { status: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'not-ready', ...state, site } };
  };
  const availability: Handler = async (body) => {
    const request = parseAvailability(body);
    return { status: 200, body: { ...request, ...(await bookings.availability(request)) } };
  };
  const reserve: Handler = async (body) => {
    const { created, reservation } = await bookings.reserve(parseReservation(body));
    return { status: created ? 201 : 200, body: reservation };
  };
  const read: Handler = async (_body, reference) => ({ status: 200, body: await bookings.read(reference) });
  return [
    { method: 'GET', path: /^\/health\/ready$/, handle: ready },
    { method: 'POST', path: /^\/api\/v1\/pms\/availability$/, handle: availability },
    { method: 'POST', path: /^\/api\/v1\/reservations$/, handle: reserve },
    { method: 'GET', path: /^\/api\/v1\/reservations\/([A-Za-z0-9._-]+)$/, handle: read },
  ];
}
