import { duration } from '../../recovery/duration';
import { vaultRetention } from '../../recovery/retention';
import { copyDays, inDays, lockDays } from '../needs';
import type { Resource } from '../resource';
import { when, type Context, type Rule } from '../rule';
import { atLeast } from '../settings';
import { coveredBy, destructive, statementsIn } from '../statement';
import type { Values } from '../values';
import { s3 } from '../types';

const unversioned = duration('0s');

const lockOf = (bucket: Resource, { stack }: Context): Values | undefined =>
  stack
    .beside(bucket, s3.lock, 'bucket')
    .map(({ inputs }) => inputs.inner('rule')?.inner('defaultRetention'))
    .find((found) => found !== undefined);

const lockedDays = (lock: Values | undefined): number =>
  (lock?.number('days') ?? 0) + 365 * (lock?.number('years') ?? 0);

function lifecycle(bucket: Resource, { stack }: Context): readonly Values[] {
  const rules = stack.beside(bucket, s3.lifecycle, 'bucket').flatMap(({ inputs }) => inputs.list('rules'));
  return rules.filter((rule) => rule.text('status') === 'Enabled');
}

const shortestKept = vaultRetention.reduce((least, { keep }) => Math.min(least, inDays(keep)), copyDays);

/** The longest lifetime of what a rule of the lifecycle may take away. */
function neededUnder(prefix: string): number {
  const touched = vaultRetention.filter((kept) => kept.prefix.startsWith(prefix) || prefix.startsWith(kept.prefix));
  return touched.reduce((most, { keep }) => Math.max(most, inDays(keep)), prefix === '' ? copyDays : 0);
}

const bucketRule = { group: 's3', scope: 'stack', types: [s3.bucket], ofStores: true, level: 'always' } as const;

/** Buckets that hold recovery points: versions, locks, lifetimes. Joined to their side resources by reference. */
export const s3VersionRules: readonly Rule[] = [
  {
    ...bucketRule,
    id: 'dr-s3-versioning',
    title: 'a bucket keeps the versions that are overwritten or deleted',
    unknown: { versioningConfiguration: 'violation' },
    fix: "new aws.s3.BucketVersioning(…, { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } })",
    references: ['CKV_AWS_21', 'aws-config:S3_BUCKET_VERSIONING_ENABLED', 'prowler:s3_bucket_object_versioning'],
    check: (one, { stack }) => {
      const status = stack
        .beside(one, s3.versioning, 'bucket')
        .map(({ inputs }) => inputs.inner('versioningConfiguration')?.text('status') ?? 'unsaid');
      const inline = one.inputs.inner('versioning')?.flag('enabled') === true;
      return when(
        !inline && !status.includes('Enabled'),
        `its versioning is ${status[0] ?? 'in no resource that refers to it'}: what is overwritten is gone after ${unversioned.toString()}`,
      );
    },
  },
  {
    ...bucketRule,
    id: 'dr-s3-object-lock',
    title: 'what lies in a bucket cannot be deleted for a while',
    unknown: { objectLockEnabled: 'violation', rule: 'violation' },
    fix: "objectLockEnabled: true, and rule: { defaultRetention: { mode: 'COMPLIANCE', days: 35 } }",
    references: ['CKV_AWS_143', 'aws-config:S3_BUCKET_DEFAULT_LOCK_ENABLED', 'prowler:s3_bucket_object_lock'],
    check: (one, context) => {
      const locked = lockedDays(lockOf(one, context));
      return [
        ...when(one.inputs.flag('objectLockEnabled') !== true, 'it was not made with a lock'),
        ...when(
          one.inputs.flag('objectLockEnabled') === true && locked === 0,
          'it locks what is written for 0 d by default',
        ),
      ];
    },
  },
  {
    id: 'dr-s3-lock-mode',
    group: 's3',
    title: 'nobody can lift the lock, root included',
    scope: 'resource',
    types: [s3.lock],
    ofStores: true,
    level: 'always',
    unknown: { rule: 'violation' },
    fix: "mode: 'COMPLIANCE'",
    references: ['prowler:s3_bucket_object_lock'],
    check: ({ inputs }) => {
      const mode = inputs.inner('rule')?.inner('defaultRetention')?.text('mode');
      return when(
        mode !== undefined && mode !== 'COMPLIANCE',
        `its mode is ${mode ?? ''}: s3:BypassGovernanceRetention lifts it`,
      );
    },
  },
  {
    ...bucketRule,
    id: 'dr-s3-lock-length',
    title: 'the lock holds as long as a theft may go unnoticed',
    settings: { days: atLeast('d', lockDays) },
    unknown: { rule: 'violation' },
    fix: `days: ${lockDays}`,
    references: [],
    check: (one, context) => {
      const days = lockedDays(lockOf(one, context));
      const needed = context.setting('days');
      return when(days > 0 && days < needed, `it locks for ${days} d, and ${needed} d are promised`);
    },
  },
  {
    ...bucketRule,
    id: 'dr-s3-lifecycle',
    title: 'nothing expires before its lifetime, nor while it is locked',
    settings: { days: atLeast('d', shortestKept) },
    unknown: { rules: 'violation', rule: 'violation' },
    fix: 'expiration: { days: … } of the dataset (recovery/retention.ts)',
    references: ['aws-config:S3_VERSION_LIFECYCLE_POLICY_CHECK'],
    check: (one, context) => {
      const locked = lockedDays(lockOf(one, context));
      return lifecycle(one, context).flatMap((rule) => {
        const days = rule.inner('expiration')?.number('days');
        if (days === undefined) return [];
        const prefix = rule.inner('filter')?.text('prefix') ?? rule.text('prefix') ?? '';
        // At the end of its lifetime an object is hidden; it is gone when its version is.
        const gone = days + (rule.inner('noncurrentVersionExpiration')?.number('noncurrentDays') ?? Infinity);
        const promised = neededUnder(prefix);
        // Where nothing that must survive lies, a configuration asks for nothing either.
        const needed = promised === 0 ? 0 : Math.max(promised, context.setting('days'));
        return [
          ...when(days < needed, `what lies under "${prefix}" expires after ${days} d and is promised for ${needed} d`),
          ...when(
            gone < locked,
            `what lies under "${prefix}" is told to go after ${gone} d and is locked for ${locked} d`,
          ),
        ];
      });
    },
  },
  {
    ...bucketRule,
    id: 'dr-s3-noncurrent',
    title: 'what was deleted or overwritten by mistake can be called back for as long as the lock holds',
    settings: { days: atLeast('d', lockDays) },
    unknown: { rules: 'violation', rule: 'violation' },
    fix: `noncurrentVersionExpiration: { noncurrentDays: ${lockDays} }`,
    references: ['aws-config:S3_VERSION_LIFECYCLE_POLICY_CHECK'],
    check: (one, context) =>
      lifecycle(one, context).flatMap((rule) => {
        const days = rule.inner('noncurrentVersionExpiration')?.number('noncurrentDays');
        return when(
          days !== undefined && days < context.setting('days'),
          `an old version is gone after ${days ?? 0} d, and ${context.setting('days')} d are promised`,
        );
      }),
  },
  {
    ...bucketRule,
    id: 'dr-s3-key',
    title: 'a bucket is encrypted with a key of ours',
    unknown: { rules: 'violation' },
    fix: "sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn",
    references: ['CKV_AWS_145', 'aws-config:S3_DEFAULT_ENCRYPTION_KMS'],
    check: (one, { stack }) => {
      const rules = stack.beside(one, s3.encryption, 'bucket').flatMap(({ inputs }) => inputs.list('rules'));
      const by = rules.map((rule) => rule.inner('applyServerSideEncryptionByDefault'));
      const kept = by.some(
        (each) => each?.text('sseAlgorithm')?.startsWith('aws:kms') === true && each.said('kmsMasterKeyId'),
      );
      return when(!kept, 'no key of ours stands between a thief and what is in it');
    },
  },
  {
    id: 'dr-s3-force-destroy',
    group: 's3',
    title: 'a bucket that is not empty cannot be deleted',
    scope: 'resource',
    types: [s3.bucket],
    level: 'always',
    unknown: { forceDestroy: 'violation' },
    fix: 'forceDestroy: false',
    references: [],
    check: ({ inputs }) => when(inputs.flag('forceDestroy') === true, 'with it goes all that lies in it'),
  },
  {
    id: 'dr-s3-policy-delete',
    group: 's3',
    title: 'the policy of a bucket lets nobody delete or shorten',
    scope: 'resource',
    types: [s3.policy],
    level: 'always',
    unknown: { policy: 'not-applicable' },
    fix: 'name the actions that are needed: s3:GetObject, s3:PutObject',
    references: ['CKV_AWS_70', 'prowler:s3_bucket_policy_public_write_access'],
    check: ({ inputs }) => {
      const statements = statementsIn(inputs, 'policy');
      if (statements === null) return ['its policy cannot be read'];
      const allowed = coveredBy(
        statements.filter(({ allows }) => allows),
        destructive.filter((action) => action.startsWith('s3:')),
      );
      return when(
        allowed.length > 0,
        `it allows ${allowed.length} actions that destroy, ${allowed[0] ?? ''} among them`,
      );
    },
  },
];
