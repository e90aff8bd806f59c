import { Database } from './pms/database';
import { routes } from './pms/routes';
import { readSettings } from './pms/settings';
import { serve } from './web/serve';

/** Stands in QloApps' place: rooms and bookings in MySQL, readiness that tells the truth. */
function main(): void {
  const settings = readSettings(process.env);
  const database = new Database(settings.database);
  const { site, port } = settings;
  serve({ name: `pms (${site})`, port, routes: routes(database, site), close: () => database.close() });
  // The tables are made now if they can be, not with the first guest.
  void database.readiness();
}

main();
