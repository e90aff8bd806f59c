import { z } from 'zod';
import { sites, type Site } from '../../../recovery/sites';
import { certificateIn, portVariable, storeVariables, type DatabaseSettings } from '../../../scripts/store-settings';

const { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, PGSSLROOTCERT } = storeVariables;
const database = { DATABASE_HOST, DATABASE_PORT, DATABASE_NAME, DATABASE_USER, DATABASE_PASSWORD, PGSSLROOTCERT };
const environment = z.object({ PORT: portVariable.default(80), SITE: z.enum(sites), ...database });

interface Settings {
  readonly port: number;
  readonly site: Site;
  readonly database: DatabaseSettings;
}

/** Reads the environment of a task. @throws Error naming every variable that is missing or malformed, never a value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const { data: read, error } = environment.safeParse(env);
  if (error !== undefined) {
    const faults = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`environment of pms: ${faults.join(', ')}`);
  }
  return {
    port: read.PORT,
    site: read.SITE,
    database: {
      host: read.DATABASE_HOST,
      port: read.DATABASE_PORT,
      name: read.DATABASE_NAME,
      user: read.DATABASE_USER,
      password: read.DATABASE_PASSWORD,
      ca: certificateIn(read),
    },
  };
}
