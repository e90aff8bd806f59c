import { createServer } from 'node:http';
import { jsonRouter, type Route } from './json-router';

const drainMs = 10_000;

/** What a service is: what it answers, where, and how it ends. */
export interface WebService {
  readonly name: string;
  readonly port: number;
  readonly routes: readonly Route[];
  readonly close: () => Promise<void>;
}

/** Answers until SIGTERM, then lets what is on its way finish. */
export function serve({ name, port, routes, close }: WebService): void {
  let draining = false;
  const server = createServer(jsonRouter(routes, () => draining));
  // Longer than any load balancer keeps an idle connection, so that it is never this side that closes first.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 76_000;
  server.listen(port, process.env['HOST'] ?? '0.0.0.0', () => {
    console.log(`${name} listens on port ${String(port)}`);
  });
  process.once('SIGTERM', () => {
    draining = true;
    setTimeout(() => process.exit(1), drainMs).unref();
    server.close(() => {
      void close().then(() => process.exit(0));
    });
  });
}
