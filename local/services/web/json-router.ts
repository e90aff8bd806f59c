import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error';

const largestBody = 16 * 1_024;

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
export type Handler = (body: string, parameter: string) => Promise<Answer>;

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handle: Handler;
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

/** Answers every request of a table with JSON. `draining` asks clients to come back on another connection. */
export function jsonRouter(table: readonly Route[], draining: () => boolean) {
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
