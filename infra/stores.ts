import { arn } from '../components/arn';
import { Cache } from '../components/cache';
import { Database, type DatabaseOrigin } from '../components/database';
import { AgenteError } from '../recovery/errors';
import { workload } from '../recovery/workload';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { cacheIdentifier, databaseName, databaseUser, ownDatabase, peerDatabase } from './names';
import type { Running } from './roles';

/** GiB at the start. */
const databaseStorage = 100;
/** MiB of WAL kept for a replica that does not fetch it: a fifth of the disk. */
const walForReplica = 20_480;

export interface Stores {
  readonly database: Database;
  readonly cache: Cache;
}

export function putUpStores(config: SiteConfig, foundation: Foundation, running: Running): Stores {
  const { provider, key, network } = foundation;
  const placed = {
    keyArn: key.arn,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    clientSecurityGroupId: network.taskSecurityGroupId,
  };
  const database = new Database(
    'postgres',
    {
      ...placed,
      identifier: ownDatabase(config),
      generation: config.generation,
      origin: originOf(config, foundation, running),
      instanceClass: config.databaseClass,
      majorVersion: Number.parseInt(config.postgresVersion, 10),
      backupWindow: running.database.backupWindow,
      multiAz: running.database.multiAz,
      keepWalForReplica: walForReplica,
    },
    { provider },
  );
  const cache = new Cache(
    'redis',
    {
      ...placed,
      identifier: cacheIdentifier(config),
      nodeType: config.cacheClass,
      persistence: { kind: 'durable-log', mode: 'async' },
      keepSnapshots: workload.datasets.redis.protection.with.keep,
      authToken: foundation.cacheToken.value,
    },
    { provider },
  );
  return { database, cache };
}

function originOf(config: SiteConfig, { databasePassword }: Foundation, running: Running): DatabaseOrigin {
  if (databasePassword === null) {
    return {
      kind: 'replica',
      sourceArn: arn.database(config.peerRegion, config.accountId, peerDatabase(config)),
      promoted: !running.database.follows,
    };
  }
  if (running.database.follows) {
    throw new AgenteError(
      'config-invalid',
      'a standby has a database of its own',
      'Set agente-dr:databaseOrigin to replica and raise agente-dr:generation.',
    );
  }
  return {
    kind: 'own',
    databaseName,
    user: databaseUser,
    password: databasePassword.value,
    passwordVersion: 1,
    engineVersion: config.postgresVersion,
    storage: databaseStorage,
  };
}
