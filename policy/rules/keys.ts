import { inDays } from '../needs';
import { duration } from '../../recovery/duration';
import { when, type Rule } from '../rule';
import { atLeast } from '../settings';
import { coveredBy, statementsIn } from '../statement';
import { kms, secret } from '../types';

/** How long a deleted key or secret can be called back at most, and must be. */
const callBack = inDays(duration('30d'));
const ends = ['kms:ScheduleKeyDeletion', 'kms:DisableKey'];

const ofKey = { group: 'kms', scope: 'resource', types: [kms.key], level: 'always' } as const;
const ofSecret = { group: 'secrets', scope: 'resource', types: [secret], ofStores: true, level: 'always' } as const;

/** Keys and secrets: what is encrypted with a key that is gone is gone with it. */
export const keyRules: readonly Rule[] = [
  {
    ...ofKey,
    id: 'dr-kms-window',
    title: 'a deleted key can be called back for as long as AWS allows',
    unknown: { deletionWindowInDays: 'violation' },
    fix: `deletionWindowInDays: ${callBack}`,
    references: ['aws-config:KMS_CMK_NOT_SCHEDULED_FOR_DELETION'],
    check: ({ inputs }) => {
      const days = inputs.number('deletionWindowInDays') ?? callBack;
      return when(days < callBack, `it is gone ${days} d after its deletion, and ${callBack} d are promised`);
    },
  },
  {
    ...ofKey,
    id: 'dr-kms-enabled',
    title: 'a key is enabled',
    unknown: { isEnabled: 'violation' },
    fix: 'isEnabled: true',
    references: ['CKV_AWS_227'],
    check: ({ inputs }) =>
      when(inputs.flag('isEnabled') === false, '0 of the stores that are encrypted with it can be read'),
  },
  {
    ...ofKey,
    id: 'dr-kms-multi-region',
    title: 'each region has a key of its own',
    unknown: { multiRegion: 'violation' },
    fix: 'multiRegion: false, and an exemption where a store needs one key in two regions',
    references: ['prowler:kms_cmk_not_multi_region'],
    check: ({ inputs }) => when(inputs.flag('multiRegion') === true, 'one deletion takes it from 2 regions'),
  },
  {
    ...ofKey,
    id: 'dr-kms-lockout',
    title: 'AWS checks that a key can still be administered',
    unknown: { bypassPolicyLockoutSafetyCheck: 'violation' },
    fix: 'bypassPolicyLockoutSafetyCheck: false',
    references: ['prowler:kms_key_policy_lockout'],
    check: ({ inputs }) =>
      when(
        inputs.flag('bypassPolicyLockoutSafetyCheck') === true,
        'a slip in its policy locks 0 people in and all others out',
      ),
  },
  {
    ...ofKey,
    id: 'dr-kms-policy-open',
    title: 'the policy of a key is for somebody',
    unknown: { policy: 'not-applicable' },
    fix: 'Principal: { AWS: … }',
    references: ['CKV_AWS_33', 'prowler:kms_key_not_publicly_accessible'],
    check: ({ inputs }) => {
      if (!inputs.said('policy')) return [];
      const open = statementsIn(inputs, 'policy')?.filter(
        ({ allows, principals, conditional }) => allows && principals.includes('*') && !conditional,
      );
      return when(
        open === undefined || open.length > 0,
        `${open?.length ?? 'nobody can read how many'} of its statements allow everybody`,
      );
    },
  },
  {
    ...ofKey,
    id: 'dr-kms-admin-split',
    title: 'who uses a key cannot end it',
    unknown: { policy: 'not-applicable' },
    fix: "leave kms:ScheduleKeyDeletion and kms:DisableKey to the account's own administrators",
    references: [],
    check: ({ inputs }) => {
      if (!inputs.said('policy')) return [];
      const allows = (statementsIn(inputs, 'policy') ?? []).filter(
        (one) => one.allows && !one.principals.every((name) => /^\*$|:root$/.test(name)),
      );
      const named = [...new Set(allows.flatMap(({ principals }) => principals))];
      return named.flatMap((principal) => {
        const own = allows.filter(({ principals }) => principals.includes(principal));
        const both = coveredBy(own, ['kms:Decrypt']).length > 0 && coveredBy(own, ends).length > 0;
        return when(both, `${principal} reads with it and can end it: 1 role of 2`);
      });
    },
  },
  {
    ...ofSecret,
    id: 'dr-secrets-replica',
    title: 'a secret is copied to another region',
    settings: { copies: atLeast('', 1) },
    unknown: { replicas: 'violation' },
    fix: 'replicas: [{ region: peerRegion, kmsKeyId }]',
    references: [],
    check: (one, { setting }) => {
      const away = one.inputs.list('replicas').filter((copy) => copy.text('region') !== one.region);
      return when(
        away.length < setting('copies'),
        `${away.length} copies of it lie in another region of ${setting('copies')}: nothing that needs it starts there`,
      );
    },
  },
  {
    ...ofSecret,
    id: 'dr-secrets-window',
    title: 'a deleted secret can be called back',
    unknown: { recoveryWindowInDays: 'violation' },
    fix: `recoveryWindowInDays: ${callBack}`,
    references: [],
    check: ({ inputs }) => {
      const days = inputs.number('recoveryWindowInDays') ?? callBack;
      return when(days < callBack, `it is gone ${days} d after its deletion, and ${callBack} d are promised`);
    },
  },
  {
    ...ofSecret,
    id: 'dr-secrets-key',
    title: 'a secret is encrypted with a key of ours',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_149'],
    check: ({ inputs }) =>
      when(!inputs.said('kmsKeyId'), 'it names no key: under the default one no other account can be given it'),
  },
];
