import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import { lineage, sites } from '../../recovery/sites';
import type { VaultPlace } from '../vault/vault';
import { datasetSettings, type DatasetSettings } from './datasets';

const text = z.string().min(1);
const absolute = text.refine((file) => file.startsWith('/'), 'not an absolute path');

const vaultPlace = z.union([
  z.strictObject({ folder: absolute }),
  z.strictObject({ bucket: text, region: text, endpoint: z.url().nullable().default(null) }),
]);

/** The file of a site that runs its own servers. */
const fileSchema = z.strictObject({
  site: z.enum(sites).default('primary'),
  /** Raised when this site's history begins anew: after a failover, or a restore to an earlier point. */
  generation: z.int().positive().default(1),
  vault: vaultPlace,
  /** Public age keys that open the backups, each alone. */
  recipients: z.array(text).min(2, 'at least two age1… keys, one of which lies offline'),
  /** Private age key, for restores and validations; null where backups are only taken. */
  identity: absolute.nullable().default(null),
  datasets: z.record(text, datasetSettings),
  /** Folder of backup.log, restore.log, backup-validation.log and their hash-chained twins. */
  logs: absolute.default('/var/log'),
  /** Folder of node_exporter's textfile collector; null for no metrics. */
  metrics: absolute.nullable().default(null),
  /** Room for throw-away servers and downloads. */
  scratch: absolute.default('/var/tmp'),
});

/** What the container side knows of its site. */
export interface Settings {
  readonly site: (typeof sites)[number];
  readonly vault: VaultPlace;
  readonly lineages: (dataset: string) => string;
  readonly recipients: readonly string[];
  readonly identity: string | null;
  readonly datasets: Readonly<Record<string, DatasetSettings>>;
  readonly logs: string;
  /** Whether these are a task's, whose files go with it. */
  readonly managed: boolean;
  /** Whether two of three witnesses name this site as the one that serves; null where they do not say, or there are none. */
  readonly serves: boolean | null;
  readonly metrics: string | null;
  readonly scratch: string;
}

export const defaultSettingsFile = '/etc/agente-dr/settings.yaml';

/** @throws AgenteError config-invalid with the path of everything that is missing or wrong. */
export function parseSettings(content: string, where: string): Settings {
  const parsed = fileSchema.safeParse(parsedYaml(content, where));
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      ({ path: at, message }) => `${at.map(String).join('.') || 'all of it'}: ${message}`,
    );
    throw invalid(where, faults.join('; '));
  }
  const { vault, site, generation, ...rest } = parsed.data;
  const place: VaultPlace =
    'folder' in vault ? { kind: 'folder', path: path.resolve(vault.folder) } : { kind: 's3', ...vault };
  return { ...rest, site, managed: false, serves: null, vault: place, lineages: () => lineage(site, generation) };
}

/** @throws AgenteError config-invalid, permission-denied. */
export function readSettingsFile(file: string): Settings {
  try {
    return parseSettings(fs.readFileSync(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof AgenteError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EACCES') {
      const hint = 'Run as the user that takes the backups.';
      throw new AgenteError('permission-denied', `cannot read the settings ${file}`, hint, { cause: error });
    }
    throw new AgenteError(
      'config-invalid',
      `cannot read the settings ${file}: ${error instanceof Error ? error.message : String(error)}`,
      'Name the file: --settings FILE, or AGENTE_DR_SETTINGS. docs/backups.md has an example.',
      { cause: error },
    );
  }
}

/** @throws AgenteError argument-invalid naming the datasets there are. */
export function datasetIn(settings: Settings, dataset: string): DatasetSettings {
  const found = settings.datasets[dataset];
  if (found !== undefined) return found;
  const known = Object.keys(settings.datasets).join(', ');
  throw new AgenteError(
    'argument-invalid',
    `the settings name no dataset ${dataset}`,
    known === '' ? 'Add it under `datasets` in the settings.' : `Use one of: ${known}.`,
  );
}

function parsedYaml(content: string, where: string): unknown {
  try {
    return parseYaml(content);
  } catch (error) {
    if (error instanceof YAMLParseError) throw invalid(where, error.message.split('\n').at(0) ?? '');
    throw error;
  }
}

function invalid(where: string, faults: string): AgenteError {
  return new AgenteError('config-invalid', `the settings ${where}: ${faults}`, 'See docs/backups.md for every key.');
}
