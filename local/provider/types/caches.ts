import type { CacheBackups, CacheSeed, Endpoint } from '../../api';
import type { Fields } from '../fields';
import type { Realisations, Scope } from '../realisation';
import type { Properties } from '../values';

function outputsOf(inputs: Fields, endpoint: Endpoint, scope: Scope): Properties {
  const id = inputs.text('replicationGroupId');
  const isCluster =
    inputs.optionalText('clusterMode') === 'enabled' ||
    inputs.number('numNodeGroups', 1) > 1 ||
    (inputs.optionalText('parameterGroupName') ?? '').endsWith('.cluster.on');
  return {
    arn: `arn:aws:elasticache:${scope.region}:${scope.accountId}:replicationgroup:${id}`,
    port: endpoint.port,
    clusterEnabled: isCluster,
    // As in ElastiCache: a cluster has one door, a group without cluster mode has two.
    ...(isCluster
      ? { configurationEndpointAddress: endpoint.host }
      : { primaryEndpointAddress: endpoint.host, readerEndpointAddress: endpoint.host }),
    engineVersionActual: inputs.optionalText('engineVersion') ?? '7.0',
    memberClusters: members(inputs, isCluster).map((member) => `${id}-${member}`),
  };
}

/** Shards and nodes are numbered from one; a group without cluster mode has no shards. */
function members(inputs: Fields, isCluster: boolean): string[] {
  const numbers = (count: number, digits: number) =>
    Array.from({ length: count }, (_, index) => String(index + 1).padStart(digits, '0'));
  if (!isCluster) return numbers(inputs.number('numCacheClusters', 1), 3);
  const nodes = numbers(inputs.number('replicasPerNodeGroup', 0) + 1, 3);
  return numbers(inputs.number('numNodeGroups', 1), 4).flatMap((shard) => nodes.map((node) => `${shard}-${node}`));
}

const tokenOf = (inputs: Fields) => inputs.optionalText('authToken') ?? inputs.optionalText('authTokenWo');

/** @throws Error for more than the one shard that a cache has here. */
function seedOf(inputs: Fields): CacheSeed | null {
  const snapshot = inputs.optionalText('snapshotName');
  if (snapshot !== null) return { snapshot };
  const [arn, ...more] = inputs.texts('snapshotArns');
  if (arn === undefined) return null;
  const [, bucket, key] = /^arn:aws:s3:::([^/]+)\/(.+)$/.exec(arn) ?? [];
  if (bucket === undefined || key === undefined || more.length > 0) {
    throw new Error(`regions on this machine seed a cache from one object, not from ${[arn, ...more].join(', ')}`);
  }
  return { bucket, key };
}

/** ElastiCache chooses a window where the program says none. */
const someWindow = '03:00-04:00';

function backupsOf(inputs: Fields): CacheBackups | null {
  const keepDays = inputs.number('snapshotRetentionLimit', 0);
  const [at = ''] = (inputs.optionalText('snapshotWindow') ?? someWindow).split('-');
  return keepDays === 0 ? null : { keepDays, at };
}

export const caches: Realisations = {
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    create: async (inputs, scope) => {
      const identifier = inputs.text('replicationGroupId');
      const spec = { identifier, authToken: tokenOf(inputs), seed: seedOf(inputs), backups: backupsOf(inputs) };
      const endpoint = await scope.call(scope.region, 'createCache', spec);
      return { id: identifier, outputs: outputsOf(inputs, endpoint, scope) };
    },
    update: async (inputs, { id, changed }, scope) => {
      if (changed.has('authToken') || changed.has('authTokenWoVersion')) {
        throw new Error('regions on this machine cannot change the token of a cache yet');
      }
      if (changed.has('snapshotRetentionLimit') || changed.has('snapshotWindow')) {
        await scope.call(scope.region, 'modifyCache', { identifier: id, backups: backupsOf(inputs) });
      }
      return {};
    },
    remove: (id, inputs, _state, scope) => {
      const finalSnapshot = inputs.optionalText('finalSnapshotIdentifier');
      return scope.call(scope.region, 'deleteCache', { identifier: id, finalSnapshot });
    },
    read: async (id, inputs, scope) => {
      const endpoint = await scope.call(scope.region, 'describeCache', { identifier: id });
      return endpoint === null ? null : { inputs: {}, outputs: outputsOf(inputs, endpoint, scope) };
    },
  },
};
