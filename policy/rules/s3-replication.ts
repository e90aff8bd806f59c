import { inWords } from '../../recovery/duration-words';
import { workload } from '../../recovery/workload';
import { regionIn, regionNamed } from '../needs';
import type { Resource } from '../resource';
import { when, type Context, type Rule } from '../rule';
import { s3 } from '../types';
import type { Values } from '../values';

const promised = inWords(workload.datasets.vault.protection.maxLag);

const enabled = (one: Resource): Values[] =>
  one.inputs.list('rules').filter((rule) => rule.text('status') === 'Enabled');

/** By the bucket itself where it is of this stack, else by its name or by the key that only that region has. */
function destinationOf(one: Resource, rule: Values, { stack }: Context): string | undefined {
  const [known] = stack.behind(one, 'rules', s3.bucket);
  if (known !== undefined) return known.region;
  const destination = rule.inner('destination');
  const key = destination?.inner('encryptionConfiguration')?.text('replicaKmsKeyId');
  return regionNamed(destination?.text('bucket') ?? '') ?? regionIn(key ?? '');
}

const ruleOf = { group: 's3', types: [s3.replication], ofStores: true, level: 'always' } as const;

/** One sentence for each enabled rule of a replication for which it is so. */
const each = (isSo: (rule: Values) => boolean, fact: string) => (one: Resource) =>
  enabled(one).flatMap((rule) => when(isSo(rule), fact));

/** Replication of a bucket: where to, of what, how soon, and whether anybody would see that it stopped. */
export const s3ReplicationRules: readonly Rule[] = [
  {
    id: 'dr-s3-replication',
    group: 's3',
    title: 'a bucket is copied to another region',
    scope: 'stack',
    types: [s3.bucket],
    ofStores: true,
    level: 'always',
    unknown: {},
    fix: 'new aws.s3.BucketReplicationConfig(…, { bucket: bucket.id, … })',
    references: ['CKV_AWS_144', 'aws-config:S3_BUCKET_REPLICATION_ENABLED'],
    check: (one, { stack }) =>
      when(
        stack.beside(one, s3.replication, 'bucket').length === 0,
        '0 copies of it lie in another region: no replication refers to it',
      ),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-enabled',
    title: 'a replication is on',
    scope: 'resource',
    unknown: { rules: 'violation' },
    fix: "status: 'Enabled'",
    references: ['CKV_AWS_144'],
    check: (one) => when(enabled(one).length === 0, `0 of its ${one.inputs.count('rules')} rules are enabled`),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-region',
    title: 'copies lie in another region',
    scope: 'stack',
    unknown: { rules: 'violation', destination: 'violation' },
    fix: 'destination.bucket: a bucket made with the provider of the other region',
    references: ['prowler:s3_bucket_cross_region_replication'],
    check: (one, context) =>
      enabled(one).flatMap((rule) => {
        const to = destinationOf(one, rule, context);
        return when(
          to === undefined || to === one.region,
          `copies go from ${one.region ?? 'an unnamed region'} to ${to ?? 'a bucket of which nobody can say in which region it lies'}`,
        );
      }),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-scope',
    title: 'all of a bucket is copied',
    scope: 'resource',
    unknown: { rules: 'violation' },
    fix: "filter: { prefix: '' }",
    references: [],
    check: each((rule) => {
      const filter = rule.inner('filter');
      return (
        filter?.text('prefix') !== undefined ||
        rule.text('prefix') !== undefined ||
        filter?.said('tag') === true ||
        filter?.said('and') === true
      );
    }, 'only what has a prefix or a tag is copied; the rest has 0 copies'),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-deletes',
    title: 'a deletion does not reach the copy',
    scope: 'resource',
    unknown: { rules: 'violation' },
    fix: "deleteMarkerReplication: { status: 'Disabled' }",
    references: [],
    check: each(
      (rule) => rule.inner('deleteMarkerReplication')?.text('status') !== 'Disabled',
      'a deletion, wanted or not, reaches the copy, or nobody has decided',
    ),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-time',
    title: 'a copy has a bound in time',
    scope: 'resource',
    unknown: { rules: 'violation' },
    fix: "replicationTime: { status: 'Enabled', time: { minutes: 15 } }",
    references: [],
    check: each(
      (rule) => rule.inner('destination')?.inner('replicationTime')?.text('status') !== 'Enabled',
      `without replication time control a copy has no bound, and ${promised} is promised`,
    ),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-metrics',
    title: 'somebody can see that copies stop',
    scope: 'resource',
    unknown: { rules: 'violation' },
    fix: "metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } }",
    references: [],
    check: each(
      (rule) => rule.inner('destination')?.inner('metrics')?.text('status') !== 'Enabled',
      'a replication that stops is seen by nobody',
    ),
  },
  {
    ...ruleOf,
    id: 'dr-s3-replication-key',
    title: 'copies of what is encrypted are made, with a key of the region they lie in',
    scope: 'stack',
    unknown: { rules: 'violation' },
    fix: "sseKmsEncryptedObjects: { status: 'Enabled' }, and replicaKmsKeyId: a key of the other region",
    references: [],
    check: (one, context) =>
      enabled(one).flatMap((rule) => {
        const encrypted = rule.inner('sourceSelectionCriteria')?.inner('sseKmsEncryptedObjects')?.text('status');
        const key = rule.inner('destination')?.inner('encryptionConfiguration')?.text('replicaKmsKeyId');
        const [of, to] = [regionIn(key ?? ''), destinationOf(one, rule, context)];
        return [
          ...when(encrypted !== 'Enabled', 'what is encrypted with a key is not copied at all'),
          ...when(
            to !== undefined && to !== one.region && of !== to,
            `copies in ${to ?? ''} would be encrypted with a key of ${of ?? 'no region'}: who is left with the copy cannot read it`,
          ),
        ];
      }),
  },
];
