import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import { sites, type Site } from '../../recovery/sites';
import type { Witness } from '../control/control-bucket';
import {
  certificateIn,
  pmsVariables,
  storesIn,
  storeVariables,
  type DatabaseSettings,
  type StoreSettings,
} from '../store-settings';

/** `us-west-2=bucket,us-east-1=bucket,us-east-2=bucket`, own region first. */
export const witnessesVariable = z.string().transform((text, context): Witness[] => {
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
  CONTROL_BUCKETS: witnessesVariable,
  ...storeVariables,
  ...pmsVariables,
});

export interface KeeperSettings extends StoreSettings {
  readonly site: Site;
  readonly generation: number;
  readonly witnesses: readonly Witness[];
  /** Dataset -> a database beside the first one. */
  readonly followers: Readonly<Record<string, DatabaseSettings>>;
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
    followers: followersIn(read),
    ...storesIn(read),
  };
}

function followersIn(read: z.infer<typeof environment>): KeeperSettings['followers'] {
  if (read.PMS_DATABASE_HOST === undefined) return {};
  const pms = {
    host: read.PMS_DATABASE_HOST,
    port: read.PMS_DATABASE_PORT,
    name: read.PMS_DATABASE_NAME,
    user: read.PMS_DATABASE_USER,
    password: read.PMS_DATABASE_PASSWORD,
    ca: certificateIn(read),
  };
  return { pms };
}
