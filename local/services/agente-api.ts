import { readSettings } from './agente-api/settings';
import { routes } from './agente-api/routes';
import { Stores } from './agente-api/stores';
import { serve } from './web/serve';

/** The hotel's API in its smallest honest form: bookings in PostgreSQL, sessions in Redis, readiness that tells the truth. */
function main(): void {
  const settings = readSettings(process.env);
  const stores = new Stores(settings);
  const { site, port } = settings;
  serve({ name: `agente-api (${site})`, port, routes: routes(stores, site), close: () => stores.close() });
  // The tables are made now if they can be, not with the first guest.
  void stores.readiness();
}

main();
