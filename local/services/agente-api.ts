import { createServer } from 'node:http';
import { router } from './agente-api/router';
import { readSettings } from './agente-api/settings';
import { Stores } from './agente-api/stores';

const drainMs = 10_000;

/** The hotel's API in its smallest honest form: bookings in PostgreSQL, sessions in Redis, readiness that tells the truth. */
function main(): void {
  const settings = readSettings(process.env);
  const stores = new Stores(settings);
  let draining = false;
  const server = createServer(router(stores, settings.site, () => draining));
  // Longer than any load balancer keeps an idle connection, so that it is never this side that closes first.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 76_000;
  server.listen(settings.port, process.env['HOST'] ?? '0.0.0.0', () => {
    console.log(`agente-api (${settings.site}) listens on port ${String(settings.port)}`);
  });
  // The tables are made now if they can be, not with the first guest.
  void stores.readiness();

  process.once('SIGTERM', () => {
    draining = true;
    setTimeout(() => process.exit(1), drainMs).unref();
    server.close(() => {
      void stores.close().then(() => process.exit(0));
    });
  });
}

main();
