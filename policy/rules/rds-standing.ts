import { regionIn } from '../needs';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast } from '../settings';
import { rds, vpc } from '../types';

const databases = [rds.instance, rds.cluster];

/** Whether it is one of the instances that a dataset is served from, one after the other. */
export const isGeneration = ({ inputs, type }: Resource): boolean =>
  /-g\d+$/.test(inputs.text(type === rds.cluster ? 'clusterIdentifier' : 'identifier') ?? '');

/** How a database stands: in how many zones, under which key, and who can take it away. */
export const rdsStandingRules: readonly Rule[] = [
  {
    id: 'dr-rds-multi-az',
    group: 'rds',
    title: 'a database has a standby in another zone',
    scope: 'resource',
    types: [rds.instance],
    ofStores: true,
    level: 'byTier',
    unknown: { multiAz: 'violation' },
    fix: 'multiAz: true',
    references: [
      'CKV_AWS_157',
      'awsguard:rds-instance-multi-az-enabled',
      'aws-config:RDS_MULTI_AZ_SUPPORT',
      'prowler:rds_instance_multi_az',
    ],
    check: ({ inputs }) =>
      // A replica in another region is itself the standby; promoted, it no longer says whom it follows.
      when(
        !inputs.said('replicateSourceDb') && inputs.flag('multiAz') !== true,
        'it stands in 1 zone of 2: when that is lost it is restored, which takes 10 min at best, instead of changing over in 2',
      ),
  },
  {
    id: 'dr-rds-zones',
    group: 'rds',
    title: 'the subnets of a database lie in two zones',
    scope: 'stack',
    types: [rds.subnets],
    level: 'byTier',
    settings: { zones: atLeast('', 2) },
    unknown: { availabilityZone: 'violation' },
    fix: 'subnetIds: subnets of two zones',
    references: ['prowler:vpc_subnet_different_az'],
    check: (one, { stack, setting }) => {
      const subnets = stack.behind(one, 'subnetIds', vpc.subnet);
      const zones = new Set(
        subnets.map(({ inputs }) => inputs.text('availabilityZone') ?? inputs.text('availabilityZoneId')),
      );
      return when(
        subnets.length > 0 && zones.size < setting('zones'),
        `its subnets lie in ${zones.size} of ${setting('zones')} zones, so a standby of it can stand in no other`,
      );
    },
  },
  {
    id: 'dr-rds-cluster-zones',
    group: 'rds',
    title: 'a cluster has instances in two zones',
    scope: 'stack',
    types: [rds.cluster],
    ofStores: true,
    level: 'byTier',
    settings: { zones: atLeast('', 2) },
    unknown: { availabilityZone: 'violation' },
    fix: 'two ClusterInstances, in two zones',
    references: ['aws-config:RDS_CLUSTER_MULTI_AZ_ENABLED', 'prowler:rds_cluster_multi_az'],
    check: (one, { stack, setting }) => {
      const members = stack.beside(one, rds.clusterInstance, 'clusterIdentifier');
      const named = members.flatMap(({ inputs }) => inputs.text('availabilityZone') ?? []);
      const zones = named.length < members.length ? members.length : new Set(named).size;
      return when(
        zones < setting('zones'),
        `${members.length} instances of it stand in ${zones} of ${setting('zones')} zones`,
      );
    },
  },
  {
    id: 'dr-rds-encrypted',
    group: 'rds',
    title: 'a database is encrypted',
    scope: 'resource',
    types: [rds.instance, rds.cluster, rds.globalCluster],
    ofStores: true,
    level: 'always',
    unknown: { storageEncrypted: 'violation' },
    fix: 'storageEncrypted: true',
    references: [
      'CKV_AWS_16',
      'CKV_AWS_96',
      'CKV_AWS_140',
      'awsguard:rds-storage-encrypted',
      'aws-config:RDS_STORAGE_ENCRYPTED',
    ],
    check: ({ inputs }) =>
      when(
        inputs.flag('storageEncrypted') !== true,
        'it is not encrypted, and neither is one of its copies, ever: RDS turns it on for no database that stands',
      ),
  },
  {
    id: 'dr-rds-key',
    group: 'rds',
    title: 'a database is encrypted with a key of ours',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_327', 'aws-config:RDS_STORAGE_ENCRYPTED'],
    check: ({ inputs }) =>
      when(
        !inputs.said('kmsKeyId'),
        'it names no key: snapshots under the default one can be given to no other account',
      ),
  },
  {
    id: 'dr-rds-deletion-protection',
    group: 'rds',
    title: 'AWS refuses to delete a database',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    unknown: { deletionProtection: 'violation' },
    fix: 'deletionProtection: true',
    references: [
      'CKV_AWS_293',
      'CKV_AWS_139',
      'aws-config:RDS_INSTANCE_DELETION_PROTECTION_ENABLED',
      'prowler:rds_instance_deletion_protection',
    ],
    check: ({ inputs }) => when(inputs.flag('deletionProtection') !== true, 'one call deletes it'),
  },
  {
    id: 'dr-rds-apply-now',
    group: 'rds',
    title: 'what is changed about a database happens now',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'byTier',
    unknown: { applyImmediately: 'violation' },
    fix: 'applyImmediately: true',
    references: [],
    check: ({ inputs }) =>
      when(
        inputs.flag('applyImmediately') !== true,
        'a promotion, more storage or another class waits up to 7 d for the maintenance window',
      ),
  },
  {
    id: 'dr-rds-replica-region',
    group: 'rds',
    title: 'a replica stands in another region than its source',
    scope: 'resource',
    types: [rds.instance],
    ofStores: true,
    level: 'byTier',
    unknown: { replicateSourceDb: 'violation' },
    fix: "replicateSourceDb: 'arn:aws:rds:OTHER-REGION:…'",
    references: [],
    check: ({ inputs, region }) => {
      const source = inputs.text('replicateSourceDb');
      if (source === undefined) return [];
      const from = regionIn(source) ?? region;
      return when(
        from === region,
        `it follows a database in ${from ?? 'its own region'}, and is gone together with it`,
      );
    },
  },
  {
    id: 'dr-rds-restore-block',
    group: 'rds',
    title: 'a database that was restored is a generation, and stays one',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    unknown: { identifier: 'violation', clusterIdentifier: 'violation', tags: 'not-applicable' },
    fix: "identifier: databaseIdentifier(dataset, generation), or ignoreChanges: ['restoreToPointInTime']",
    references: ['hashicorp/terraform-provider-aws#34522'],
    check: (one) =>
      when(
        one.inputs.said('restoreToPointInTime') &&
          !one.ignoreChanges.includes('restoreToPointInTime') &&
          !isGeneration(one),
        'it was restored for a while; whoever takes restoreToPointInTime away replaces it by an empty one',
      ),
  },
];
