import type { Properties } from '../values';
import {
  all,
  conflictsWith,
  isGiven,
  known,
  knownNumber,
  needs,
  oneOf,
  plain,
  secretText,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';

const hasReplica = (inputs: Properties): boolean =>
  (knownNumber(inputs, 'replicasPerNodeGroup') ?? knownNumber(inputs, 'numCacheClusters') ?? 0) > 0;

/** What the durable log of Valkey wants; the first thing that is missing. */
const durability: Rule = (value, inputs) => {
  if (value === 'default' || value === 'disabled') return null;
  const wanted: readonly (readonly [fine: boolean, what: string])[] = [
    [known(inputs, 'engine') === 'valkey', 'needs the engine valkey'],
    [Number.parseFloat(plain(known(inputs, 'engineVersion') ?? '9.0')) >= 9, 'needs engineVersion 9.0 or newer'],
    [known(inputs, 'clusterMode') === 'enabled', 'needs clusterMode enabled'],
    [isGiven(inputs, 'multiAzEnabled'), 'needs multiAzEnabled'],
    [hasReplica(inputs), 'needs a replica in each shard'],
    [isGiven(inputs, 'transitEncryptionEnabled'), 'needs transitEncryptionEnabled'],
    [!/^cache\.t/.test(plain(known(inputs, 'nodeType'))), 'is not for nodes of the family t'],
    [!isGiven(inputs, 'dataTieringEnabled'), 'conflicts with dataTieringEnabled'],
    [!isGiven(inputs, 'globalReplicationGroupId'), 'conflicts with globalReplicationGroupId'],
  ];
  return wanted.find(([fine]) => !fine)?.[1] ?? null;
};

const failover: Rule = unless(
  (value, inputs) => value !== true || inputs['numCacheClusters'] !== 1,
  'needs numCacheClusters of at least 2',
);

export const cacheRules: RuleTable = {
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    replicationGroupId: text(
      /^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/,
      'at most 40 lowercase letters, digits and hyphens',
    ),
    authToken: all(secretText(16, 128), needs('transitEncryptionEnabled'), conflictsWith('userGroupIds')),
    authTokenWo: all(secretText(16, 128), needs('transitEncryptionEnabled'), conflictsWith('authToken')),
    authTokenWoVersion: needs('authTokenWo'),
    authTokenUpdateStrategy: oneOf('SET', 'ROTATE', 'DELETE'),
    automaticFailoverEnabled: failover,
    clusterMode: oneOf('enabled', 'disabled', 'compatible'),
    durability: all(oneOf('default', 'async', 'sync', 'disabled'), durability),
    engine: oneOf('valkey', 'redis'),
    engineVersion: text(/^(\d+\.\d+|[1-5]\.\d+\.\d+|6\.x)$/, 'a version like 9.0'),
    multiAzEnabled: needs('automaticFailoverEnabled'),
    numCacheClusters: conflictsWith('numNodeGroups', 'replicasPerNodeGroup'),
    replicasPerNodeGroup: wholeNumber(0, 5),
    snapshotRetentionLimit: wholeNumber(0, 35),
  },
};
