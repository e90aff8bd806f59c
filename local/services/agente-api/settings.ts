import { z } from 'zod';
import { portVariable, storesIn, storeVariables, type StoreSettings } from '../../../scripts/store-settings';
import { sites, type Site } from '../../../recovery/sites';

const environment = z.object({ PORT: portVariable.default(8000), SITE: z.enum(sites), ...storeVariables });

export interface Settings extends StoreSettings {
  readonly port: number;
  readonly site: Site;
}

/** Reads the environment of a task. @throws Error naming every variable that is missing or malformed, never a value. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`environment of agente-api: ${faults.join(', ')}`);
  }
  return { port: parsed.data.PORT, site: parsed.data.SITE, ...storesIn(parsed.data) };
}
