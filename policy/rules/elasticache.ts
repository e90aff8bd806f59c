import { workload } from '../../recovery/workload';
import { duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import { tiers } from '../../recovery/tiers';
import { when, type Rule } from '../rule';
import { atLeast, noticedDays } from '../settings';
import { cache } from '../types';

const groups = [cache.group, cache.cluster];
const day = duration('1d');
const { tier } = workload.datasets.redis;

/** Caches: what is left of them after a node, a zone, a mistake. */
export const cacheRules: readonly Rule[] = [
  {
    id: 'dr-cache-snapshots',
    group: 'elasticache',
    title: 'a cache takes snapshots, and says so',
    scope: 'resource',
    types: [cache.group, cache.cluster, cache.serverless],
    ofStores: true,
    level: 'byTier',
    settings: { days: atLeast('d', noticedDays('redis')) },
    unknown: { snapshotRetentionLimit: 'violation', engine: 'violation' },
    fix: 'snapshotRetentionLimit: 2',
    references: [
      'CKV_AWS_134',
      'aws-config:ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK',
      'prowler:elasticache_redis_cluster_backup_enabled',
    ],
    check: ({ inputs }, { setting }) => {
      if (inputs.text('engine') === 'memcached') return [];
      const kept = inputs.number('snapshotRetentionLimit') ?? 0;
      return when(
        kept < setting('days'),
        `snapshots are kept for ${kept} d and must be for ${setting('days')}: there is nothing to seed another cache with`,
      );
    },
  },
  {
    id: 'dr-cache-failover',
    group: 'elasticache',
    title: 'a cache changes over to its replica by itself',
    scope: 'resource',
    types: groups,
    ofStores: true,
    level: 'byTier',
    unknown: { automaticFailoverEnabled: 'violation' },
    fix: 'automaticFailoverEnabled: true',
    references: ['CKV2_AWS_50', 'prowler:elasticache_redis_cluster_automatic_failover_enabled'],
    check: ({ inputs }) =>
      when(inputs.flag('automaticFailoverEnabled') !== true, 'when its node is lost, somebody has to be woken for it'),
  },
  {
    id: 'dr-cache-multi-az',
    group: 'elasticache',
    title: 'a cache stands in two zones',
    scope: 'resource',
    types: [cache.group],
    ofStores: true,
    level: 'byTier',
    unknown: { multiAzEnabled: 'violation' },
    fix: 'multiAzEnabled: true',
    references: ['prowler:elasticache_redis_cluster_multi_az_enabled'],
    check: ({ inputs }) => when(inputs.flag('multiAzEnabled') !== true, 'its nodes may all stand in 1 zone of 2'),
  },
  {
    id: 'dr-cache-replicas',
    group: 'elasticache',
    title: 'a cache has a replica',
    scope: 'resource',
    types: [cache.group],
    ofStores: true,
    level: 'byTier',
    settings: { replicas: atLeast('', 1) },
    unknown: { replicasPerNodeGroup: 'violation', numCacheClusters: 'violation' },
    fix: 'replicasPerNodeGroup: 1',
    references: ['CKV2_AWS_50'],
    check: ({ inputs }, { setting }) => {
      const replicas = inputs.number('replicasPerNodeGroup') ?? (inputs.number('numCacheClusters') ?? 1) - 1;
      return when(
        replicas < setting('replicas'),
        `it has ${replicas} replicas, and a failover needs ${setting('replicas')}`,
      );
    },
  },
  {
    id: 'dr-cache-durability',
    group: 'elasticache',
    title: 'a cache does not forget what it has acknowledged',
    scope: 'resource',
    types: [cache.group],
    ofStores: true,
    level: 'byTier',
    unknown: { durability: 'violation' },
    fix: "engine: 'valkey', engineVersion: '9.0', clusterMode: 'enabled', durability: 'async'",
    references: [],
    check: ({ inputs }) =>
      when(
        !['sync', 'async'].includes(inputs.text('durability') ?? ''),
        `all that lies behind the newest snapshot is lost with it, up to ${inWords(day)}, and ${inWords(tiers[tier].rpo)} is promised (default means disabled)`,
      ),
  },
  {
    id: 'dr-cache-encrypted',
    group: 'elasticache',
    title: 'a cache and its snapshots are encrypted',
    scope: 'resource',
    types: [cache.group],
    ofStores: true,
    level: 'byTier',
    unknown: { atRestEncryptionEnabled: 'violation' },
    fix: 'atRestEncryptionEnabled: true',
    references: ['CKV_AWS_29', 'prowler:elasticache_redis_cluster_rest_encryption_enabled'],
    check: ({ inputs }) =>
      when(inputs.flag('atRestEncryptionEnabled') !== true, 'its snapshots can be read by whoever comes by them'),
  },
  {
    id: 'dr-cache-key',
    group: 'elasticache',
    title: 'a cache is encrypted with a key of ours',
    scope: 'resource',
    types: [cache.group, cache.serverless],
    ofStores: true,
    level: 'byTier',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_191'],
    check: ({ inputs }) =>
      when(!inputs.said('kmsKeyId'), 'it names no key, so its snapshots cannot be given to another account'),
  },
  {
    id: 'dr-cache-final-snapshot',
    group: 'elasticache',
    title: 'a cache leaves a last snapshot behind',
    scope: 'resource',
    types: groups,
    ofStores: true,
    level: 'byTier',
    unknown: {},
    fix: "finalSnapshotIdentifier: 'NAME-final'",
    references: [],
    check: ({ inputs }) =>
      when(!inputs.said('finalSnapshotIdentifier'), 'a deletion leaves 0 snapshots of its last state'),
  },
];
