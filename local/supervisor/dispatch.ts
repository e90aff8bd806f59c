import * as fs from 'node:fs';
import * as http from 'node:http';
import { RegionRefusal } from '../api';

type Answer = (params: unknown) => Promise<unknown>;

async function bodyOf(request: http.IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}

function refusalOf(error: unknown): { code: string; message: string } {
  if (error instanceof RegionRefusal) return { code: error.code, message: error.message };
  return { code: 'InternalFailure', message: error instanceof Error ? error.message : String(error) };
}

/**
 * Answers `POST /<method>` on a unix socket: `{result}`, or `{refusal: {code, message}}` with status 400.
 * A call goes on to its end when its caller dies: the next caller finds the finished thing.
 */
export function listen(
  socket: string,
  calls: ReadonlyMap<string, Answer>,
  log: (message: string) => void,
): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    const method = (request.url ?? '/').slice(1);
    const answer = calls.get(method);
    const work =
      answer === undefined
        ? Promise.reject(new RegionRefusal('InvalidAction', `this supervisor does not know the call ${method}`))
        : bodyOf(request).then(answer);
    work.then(
      (result) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result })),
      (error: unknown) => {
        const refusal = refusalOf(error);
        log(`${method} refused: ${refusal.code}: ${refusal.message}`);
        if (!(error instanceof RegionRefusal) && error instanceof Error) log(error.stack ?? '');
        response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ refusal }));
      },
    );
  });
  // Creating a replica or waiting for a service may take minutes.
  server.requestTimeout = 0;
  fs.rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, () => {
      fs.chmodSync(socket, 0o600);
      resolve(server);
    });
  });
}
