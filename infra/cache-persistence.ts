import type { CachePersistence } from '../components/cache';
import type { TaskCluster } from '../components/task-cluster';
import { workload } from '../recovery/workload';
import type { SiteConfig } from './config';
import type { Foundation } from './foundation';
import { cacheHost, cacheIdentifier, cacheSecret } from './names';

/** MiB of the task that is a cache: the dataset, and as much again while its file is rewritten. */
const ownCacheMemory = 2_048;

type Made = (config: SiteConfig, foundation: Foundation, cluster: TaskCluster) => CachePersistence;

/** Both ways to keep what is in the cache; see docs/decisions.md for the choice. */
export const cachePersistences: Readonly<Record<SiteConfig['cachePersistence'], Made>> = {
  'elasticache-durable': (config, { cacheToken }) => ({
    kind: 'elasticache-durable',
    mode: 'async',
    identifier: cacheIdentifier(config),
    nodeType: config.cacheClass,
    keepSnapshots: workload.datasets.redis.protection.with.keep,
    authToken: cacheToken.value,
  }),
  'self-aof': (config, { cacheToken }, cluster) => ({
    kind: 'self-aof',
    hostName: cacheHost(config),
    zoneId: config.zoneId,
    certificateArn: config.certificateArn,
    secretName: cacheSecret,
    image: config.images.valkey,
    memory: ownCacheMemory,
    place: { accountId: config.accountId, region: config.region, cluster, startAfter: [cacheToken.version] },
  }),
};
