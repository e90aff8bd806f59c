import { Cache } from '../components/cache';
import { FileSystem } from '../components/file-system';
import { TaskCluster } from '../components/task-cluster';
import { peerOf } from '../recovery/sites';
import { putUpBackups } from './backups';
import { cachePersistences } from './cache-persistence';
import type { SiteConfig } from './config';
import { putUpDatabases, type Databases, type StorePlace } from './databases';
import type { Foundation } from './foundation';
import { keyAlias } from './names';
import type { Running } from './roles';

export interface Stores {
  readonly databases: Databases;
  /** What the tasks of the site run on, and a cache that the site runs itself. */
  readonly cluster: TaskCluster;
  readonly cache: Cache;
  /** What the monitoring keeps. */
  readonly files: FileSystem;
}

export function putUpStores(config: SiteConfig, foundation: Foundation, running: Running): Stores {
  const { key, network } = foundation;
  const place = {
    keyArn: key.arn,
    vpcId: network.vpcId,
    subnetIds: network.dataSubnetIds,
    clientSecurityGroupId: network.taskSecurityGroupId,
  };
  const databases = putUpDatabases(config, foundation, place, running);
  const cluster = new TaskCluster(
    'tasks',
    { clusterName: `agente-dr-${config.site}` },
    { provider: foundation.provider },
  );
  const cache = new Cache(
    'redis',
    { ...place, persistence: cachePersistences[config.cachePersistence](config, foundation, cluster) },
    { provider: foundation.provider },
  );
  const files = putUpFiles(config, foundation, place);
  putUpBackups(config, foundation, { databases, files });
  return { databases, cluster, cache, files };
}

/** Users as the images of these tasks have them. */
const monitoringUsers = {
  prometheus: { user: 65_534 },
  grafana: { user: 472 },
  alertmanager: { user: 65_534 },
} as const;

function putUpFiles(config: SiteConfig, { provider }: Foundation, place: StorePlace): FileSystem {
  const { accountId, region, peerRegion, site } = config;
  const copyTo = { region: peerRegion, keyAlias: keyAlias(peerOf[site]) };
  return new FileSystem(
    'monitoring',
    { ...place, accountId, region, accessPoints: monitoringUsers, copyTo },
    { provider },
  );
}
