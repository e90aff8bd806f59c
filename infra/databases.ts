import { arn } from '../components/arn';
import { Database, type DatabaseArgs, type DatabaseGeneration } from '../components/database';
import type { DatabaseEngine } from '../components/database-engine';
import type { DatabaseOrigin } from '../components/database-origin';
import { databaseDatasets, databaseIdentifier, type DatabaseDataset } from '../recovery/sites';
import type { SiteConfig } from './config';
import type { DatabaseConfig, RetainedConfig } from './database-config';
import type { Foundation } from './foundation';
import { databaseNames } from './names';
import { servingDatabase, waitingDatabase, type Running } from './roles';

/** GiB at the start. */
const storage: Readonly<Record<DatabaseDataset, number>> = { postgres: 100, pms: 50 };
/** MiB of WAL kept for a replica that does not fetch it: a fifth of the disk. */
const walForReplica = 20_480;

const engineOf: Readonly<Record<DatabaseDataset, (config: SiteConfig) => DatabaseEngine>> = {
  postgres: ({ postgresVersion: version }) => ({ name: 'postgres', version, keepWalForReplica: walForReplica }),
  pms: ({ mysqlVersion: version }) => ({ name: 'mysql', version }),
};

export type Databases = Readonly<Record<DatabaseDataset, Database>>;
/** Where every store of the site stands, and who may come to it. */
export type StorePlace = Omit<DatabaseArgs, 'engine' | 'current' | 'retained'>;

export function putUpDatabases(
  config: SiteConfig,
  foundation: Foundation,
  place: StorePlace,
  running: Running,
): Databases {
  const pairs = databaseDatasets.map((dataset) => [
    dataset,
    new Database(
      dataset,
      {
        ...place,
        engine: engineOf[dataset](config),
        current: generationOf(config, foundation, dataset, config.databases[dataset], running.database),
        retained: config.databases[dataset].retained.map((old) => retainedOf(config, foundation, dataset, old)),
      },
      { provider: foundation.provider },
    ),
  ]);
  return Object.fromEntries(pairs) as Databases;
}

/** What it was told when it was current, and nothing since. */
function retainedOf(
  config: SiteConfig,
  foundation: Foundation,
  dataset: DatabaseDataset,
  old: RetainedConfig,
): DatabaseGeneration {
  if (old.follows === undefined) return generationOf(config, foundation, dataset, old, servingDatabase);
  const then = { ...config, peerGenerations: { ...config.peerGenerations, [dataset]: old.follows } };
  return generationOf(then, foundation, dataset, old, waitingDatabase);
}

function generationOf(
  config: SiteConfig,
  foundation: Foundation,
  dataset: DatabaseDataset,
  { generation, origin, class: instanceClass }: Pick<DatabaseConfig, 'generation' | 'origin' | 'class'>,
  { multiAz, backupWindow, follows }: Running['database'],
): DatabaseGeneration {
  return {
    generation,
    identifier: databaseIdentifier(dataset, generation),
    origin: originOf(config, foundation, dataset, origin, follows),
    instanceClass,
    backupWindow,
    multiAz,
  };
}

function originOf(
  { peerRegion, accountId, peerGenerations }: SiteConfig,
  { databasePasswords }: Foundation,
  dataset: DatabaseDataset,
  origin: DatabaseConfig['origin'],
  follows: boolean,
): DatabaseOrigin {
  if (origin === 'replica') {
    const source = databaseIdentifier(dataset, peerGenerations[dataset]);
    return { kind: 'replica', sourceArn: arn.database(peerRegion, accountId, source), promoted: !follows };
  }
  if (origin !== 'own') {
    const { restoredFrom, at } = origin;
    const from =
      typeof restoredFrom === 'string'
        ? { automatedBackupsArn: restoredFrom }
        : { identifier: databaseIdentifier(dataset, restoredFrom) };
    return { kind: 'restored', from, at };
  }
  if (databasePasswords === null) throw new Error('a site without database passwords has a database of its own');
  const { database: databaseName, user } = databaseNames[dataset];
  const password = databasePasswords[dataset].value;
  return { kind: 'own', databaseName, user, password, passwordVersion: 1, storage: storage[dataset] };
}
