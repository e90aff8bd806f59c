import { isObject, type Value } from '../values';
import {
  all,
  block,
  blocks,
  distinct,
  isGiven,
  known,
  oneOf,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';

const nested = (value: Value | undefined, ...path: readonly string[]): Value | undefined =>
  path.reduce<Value | undefined>((at, name) => (isObject(at) ? known(at, name) : undefined), value);

const fifteenMinutes = block({ replicationTime: block({ time: block({ minutes: oneOf(15) }) }) });

/** Copies that are promised in time are measured, and encrypted ones need a key over there. */
const destination: Rule = (value, rule) => {
  if (!isObject(value)) return null;
  if (isGiven(value, 'replicationTime') && !isGiven(value, 'metrics')) return 'replicationTime needs metrics';
  const encrypted = nested(rule, 'sourceSelectionCriteria', 'sseKmsEncryptedObjects', 'status') === 'Enabled';
  if (encrypted && !isGiven(value, 'encryptionConfiguration')) {
    return 'needs encryptionConfiguration for objects under a KMS key';
  }
  return fifteenMinutes(value, rule);
};

const filter: Rule = unless((_, rule) => isGiven(rule, 'deleteMarkerReplication'), 'needs deleteMarkerReplication');

const transitions = blocks({
  days: unless(
    (value, transition) => known(transition, 'storageClass') !== 'STANDARD_IA' || Number(value) >= 30,
    'must be 30 or more for STANDARD_IA',
  ),
});

const daysOrYears: Rule = unless(
  (value) => !isObject(value) || isGiven(value, 'days') !== isGiven(value, 'years'),
  'needs one of days and years',
);

export const storageRules: RuleTable = {
  'aws:s3/bucket:Bucket': {
    bucket: text(/^[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 lowercase letters, digits, dots and hyphens'),
  },
  'aws:s3/bucketVersioning:BucketVersioning': {
    versioningConfiguration: block({ status: oneOf('Enabled', 'Suspended', 'Disabled') }),
  },
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': {
    rule: block({
      defaultRetention: all(daysOrYears, block({ mode: oneOf('COMPLIANCE', 'GOVERNANCE') })),
    }),
  },
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': {
    rules: all(distinct('priority'), blocks({ destination, filter, status: oneOf('Enabled', 'Disabled') })),
  },
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': {
    rules: all(
      distinct('id'),
      blocks({
        status: oneOf('Enabled', 'Disabled'),
        expiration: block({ days: wholeNumber(1, 2_147_483_647) }),
        noncurrentVersionExpiration: block({ noncurrentDays: wholeNumber(1, 2_147_483_647) }),
        transitions,
      }),
    ),
  },
};
