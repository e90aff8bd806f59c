import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';
import { Catalogue } from '../catalogue/catalogue';
import type { Manifest } from '../catalogue/manifest';
import { readOwner } from '../catalogue/ownership';
import type { DatasetSettings } from '../settings/datasets';
import type { Settings } from '../settings/settings';
import { openVault } from '../vault/open-vault';
import type { VaultPlace } from '../vault/vault';
import { restore, type Restored } from './restore';
import type { Conditions } from './site';

export interface CleanRoomRequest {
  readonly vault: VaultPlace;
  /** Private age key. */
  readonly identity: string;
  /** Empty folder; each dataset gets one of its own in it. */
  readonly into: string;
}

export interface CleanRoomResult {
  readonly dataset: string;
  readonly point: string;
  /** Null when it could not be brought back. */
  readonly restored: Restored | null;
  readonly error: string | null;
}

/**
 * Brings every dataset of a vault back on a machine that knows nothing: no settings, no state, no other
 * service. One that cannot be brought back keeps none of the others.
 * @throws AgenteError recovery-point-missing when the vault holds nothing, target-wrong for a folder that is not empty.
 */
export async function restoreEverything(
  { vault, identity, into }: CleanRoomRequest,
  conditions: Conditions,
): Promise<CleanRoomResult[]> {
  if (fs.existsSync(into) && fs.readdirSync(into).length > 0) {
    throw new AgenteError(
      'target-wrong',
      `${into} is not empty`,
      'Name an empty folder: what is there would be mixed with what comes back.',
    );
  }
  fs.mkdirSync(into, { recursive: true, mode: 0o755 });
  const newest = await newestOfAll(vault);
  if (newest.length === 0) {
    throw new AgenteError(
      'recovery-point-missing',
      `${placeText(vault)} holds no recovery point`,
      'Check the name of the bucket, or its folder.',
    );
  }
  const settings = settingsFor(newest, { vault, identity, into });
  const results: CleanRoomResult[] = [];
  for (const point of newest) {
    const { dataset } = point;
    const folder = path.join(into, dataset);
    const request = { dataset, from: null, logFolder: null, into: folder, dryRun: false, confirm: folder };
    try {
      const restored = await restore(settings, { ...request, target: { to: 'latest' } }, conditions);
      results.push({ dataset, point: point.id, restored, error: null });
    } catch (error) {
      if (!(error instanceof AgenteError) || error.code === 'cancelled') throw error;
      results.push({ dataset, point: point.id, restored: null, error: `${error.code}: ${error.message}` });
    }
  }
  return results;
}

const placeText = (place: VaultPlace): string => (place.kind === 'folder' ? place.path : place.bucket);

/** The newest whole point of every dataset, of the lineage that writes its history. */
async function newestOfAll(place: VaultPlace): Promise<Manifest[]> {
  const vault = openVault(place);
  try {
    const found: Manifest[] = [];
    for (const name of await vault.folders('')) {
      const { points } = await new Catalogue(vault, name).list();
      const owner = await readOwner(vault, name);
      const own = points.filter(({ lineage, kind }) => kind !== 'log' && (owner === null || lineage === owner.lineage));
      const newest = own.at(-1);
      if (newest !== undefined) found.push(newest);
    }
    return found;
  } finally {
    vault.close();
  }
}

function settingsFor(points: readonly Manifest[], { vault, identity, into }: CleanRoomRequest): Settings {
  const lineages = new Map(points.map(({ dataset, lineage }) => [dataset, lineage]));
  return {
    site: 'primary',
    vault,
    lineages: (dataset) => lineages.get(dataset) ?? '',
    recipients: [],
    identity,
    datasets: Object.fromEntries(points.map((point) => [point.dataset, datasetOf(point, into)])),
    logs: into,
    managed: false,
    serves: null,
    metrics: null,
    scratch: into,
  };
}

/** What an engine must know to make a dataset in a folder: the live one is not asked. */
function datasetOf({ dataset, engine, method }: Manifest, into: string): DatasetSettings {
  const data = path.join(into, `${dataset}.live`);
  const nobody = { host: '127.0.0.1', passwordFile: null, ca: null, user: 'nobody', database: dataset };
  switch (engine) {
    case 'postgres':
      return method === 'pgbackrest'
        ? {
            engine,
            kind: 'server',
            data,
            socketDir: into,
            port: 5432,
            user: 'postgres',
            database: 'agente_db',
            freshness: [],
          }
        : { engine, kind: 'managed', ...nobody, port: 5432, freshness: [] };
    case 'mysql':
      return method === 'mariadb-backup'
        ? {
            engine,
            kind: 'server',
            data,
            socket: path.join(into, 'mysql.sock'),
            user: 'root',
            database: 'qloapps',
            freshness: [],
          }
        : { engine, kind: 'managed', ...nobody, port: 3306, freshness: [] };
    case 'redis':
      return method === 'rdb' || method === 'aof'
        ? { engine, kind: 'server', data, host: '127.0.0.1', port: 6379, passwordFile: null }
        : { engine, kind: 'managed', host: '127.0.0.1', port: 6379, passwordFile: null, ca: null };
    case 'secrets':
      return { engine, kind: 'server', paths: [data], checkout: null };
    case 'files':
      return monitoringOf(dataset, data);
  }
}

function monitoringOf(dataset: string, data: string): DatasetSettings {
  if (dataset === 'prometheus') return { engine: 'files', kind: 'prometheus', url: 'http://127.0.0.1:9090', data };
  return { engine: 'files', kind: dataset === 'grafana' ? 'grafana' : 'alertmanager', data };
}
