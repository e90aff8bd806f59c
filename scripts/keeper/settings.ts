import * as fs from 'node:fs';
import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import type { CacheSettings } from '../cache-client';
import { sites, type Site } from '../../recovery/sites';
import type { Witness } from '../control/control-bucket';

const port = z.coerce.number().int().min(1).max(65_535);

/** `us-west-2=bucket,us-east-1=bucket,us-east-2=bucket`, own region first. */
const witnesses = z.string().transform((text, context): Witness[] => {
  const pairs = text.split(',').map((pair) => pair.trim().split('='));
  const read = pairs.flatMap(([region, bucket]) =>
    region !== undefined && region !== '' && bucket !== undefined && bucket !== '' ? [{ region, bucket }] : [],
  );
  if (read.length === 3) return read;
  context.addIssue({ code: 'custom', message: 'not three of REGION=BUCKET' });
  return z.NEVER;
});

const environment = z.object({
  SITE: z.enum(sites),
  GENERATION: z.coerce.number().int().positive().default(1),
  CONTROL_BUCKETS: witnesses,
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: port,
  DATABASE_NAME: z.string().min(1),
  DATABASE_USER: z.string().min(1),
  DATABASE_PASSWORD: z.string().min(1),
  REDIS_HOST: z.string().min(1),
  REDIS_PORT: port,
  REDIS_PASSWORD: z.string().default(''),
  PGSSLROOTCERT: z.string().default(''),
});

export interface DatabaseSettings {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  /** Certificate of the authority that signed the server's; null for the system's own. */
  readonly ca: string | null;
}

export interface KeeperSettings {
  readonly site: Site;
  readonly generation: number;
  readonly witnesses: readonly Witness[];
  readonly database: DatabaseSettings;
  readonly cache: CacheSettings;
}

/** @throws AgenteError config-invalid naming every variable that is missing or malformed, never a value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): KeeperSettings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new AgenteError(
      'config-invalid',
      `environment of the keeper: ${faults.join('; ')}`,
      'Correct the environment in the task definition.',
    );
  }
  const read = parsed.data;
  return {
    site: read.SITE,
    generation: read.GENERATION,
    witnesses: read.CONTROL_BUCKETS,
    database: {
      host: read.DATABASE_HOST,
      port: read.DATABASE_PORT,
      name: read.DATABASE_NAME,
      user: read.DATABASE_USER,
      password: read.DATABASE_PASSWORD,
      ca: read.PGSSLROOTCERT === '' ? null : fs.readFileSync(read.PGSSLROOTCERT, 'utf8'),
    },
    cache: {
      host: read.REDIS_HOST,
      port: read.REDIS_PORT,
      password: read.REDIS_PASSWORD === '' ? null : read.REDIS_PASSWORD,
    },
  };
}
