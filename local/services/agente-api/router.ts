import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error';
import { Bookings } from './bookings';
import { parseAvailability, parseReservation } from './requests';
import type { Stores } from './stores';

const largestBody = 16 * 1_024;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Handler = (body: string, parameter: string) => Promise<Answer>;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handle: Handler;
}

function routes(stores: Stores, site: string): readonly Route[] {
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

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw new ApiError('request-too-large', 'the body exceeds 16 KiB', 'send less');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(table: readonly Route[], request: IncomingMessage): Promise<Answer> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const onPath = table.filter((route) => route.path.test(path));
  const route = onPath.find((candidate) => candidate.method === request.method);
  if (route === undefined) {
    const code = onPath.length > 0 ? 'method-not-allowed' : 'not-found';
    throw new ApiError(code, `${request.method ?? '?'} ${path}`, 'see the list of calls');
  }
  return route.handle(await bodyOf(request), route.path.exec(path)?.[1] ?? '');
}

function asAnswer(error: unknown): Answer {
  const known =
    error instanceof ApiError ? error : new ApiError('internal', 'failed inside', 'report the time', { cause: error });
  if (known.code === 'internal') console.error(new Date().toISOString(), known.cause ?? known);
  return { status: known.status, body: { error: { code: known.code, message: known.message, hint: known.hint } } };
}

/** Answers every request with JSON. `draining` asks clients to come back on another connection. */
export function router(stores: Stores, site: string, draining: () => boolean) {
  const table = routes(stores, site);
  return (request: IncomingMessage, response: ServerResponse): void => {
    const respond = ({ status, body }: Answer): void => {
      const text = JSON.stringify(body);
      const headers: Record<string, string | number> = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      };
      if (draining() || status === 413) headers['connection'] = 'close';
      response.writeHead(status, headers).end(text);
    };
    answer(table, request).then(respond, (error: unknown) => {
      respond(asAnswer(error));
    });
  };
}
