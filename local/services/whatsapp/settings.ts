import { z } from 'zod';
import { sites, type Site } from '../../../recovery/sites';
import type { Witness } from '../../../scripts/control/control-bucket';
import { witnessesVariable } from '../../../scripts/keeper/settings';
import { portVariable, storesIn, storeVariables, type DatabaseSettings } from '../../../scripts/store-settings';

const environment = z.object({
  PORT: portVariable.default(8000),
  SITE: z.enum(sites),
  CONTROL_BUCKETS: witnessesVariable,
  ...storeVariables,
});

export interface Settings {
  readonly port: number;
  readonly site: Site;
  /** The three control buckets, own region first. */
  readonly witnesses: readonly Witness[];
  readonly database: DatabaseSettings;
}

/** Reads the environment of a task. @throws Error naming every variable that is missing or malformed, never a value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`environment of whatsapp: ${faults.join(', ')}`);
  }
  const { PORT, SITE, CONTROL_BUCKETS } = parsed.data;
  return { port: PORT, site: SITE, witnesses: CONTROL_BUCKETS, database: storesIn(parsed.data).database };
}
