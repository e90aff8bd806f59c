import { lockDays } from '../needs';
import type { Resource } from '../resource';
import { when, type Context, type Rule } from '../rule';
import { atLeast } from '../settings';
import { coveredBy, statementsIn } from '../statement';
import { backup } from '../types';
import type { Values } from '../values';

/** Actions by which a recovery point in a vault is gone, or gone sooner. */
const vaultActions = ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle', 'backup:DeleteBackupVault'];

const lockOf = (vault: Resource, { stack }: Context): Values | undefined =>
  stack.beside(vault, backup.lock, 'backupVaultName')[0]?.inputs;

/** How long the rules that write into a vault keep their points; null is for ever. */
const keptIn = (vault: Resource, { stack }: Context): (number | null)[] =>
  stack
    .beside(vault, backup.plan, 'rules')
    .flatMap(({ inputs }) => inputs.list('rules'))
    .map((rule) => rule.inner('lifecycle')?.number('deleteAfter') ?? null);

const ofVault = { group: 'backup', types: [backup.vault], ofStores: true, level: 'always' } as const;

/** Vaults of AWS Backup: whether anybody can empty them. */
export const backupVaultRules: readonly Rule[] = [
  {
    ...ofVault,
    id: 'dr-backup-vault-key',
    title: 'a vault is encrypted with a key of ours',
    scope: 'resource',
    unknown: {},
    fix: 'kmsKeyArn: key.arn',
    references: ['CKV_AWS_166', 'prowler:backup_vaults_encrypted', 'aws-config:BACKUP_RECOVERY_POINT_ENCRYPTED'],
    check: ({ inputs }) =>
      when(!inputs.said('kmsKeyArn'), 'it names no key, so its points cannot be copied to another account'),
  },
  {
    ...ofVault,
    id: 'dr-backup-force-destroy',
    title: 'a vault that is not empty cannot be deleted',
    scope: 'resource',
    unknown: { forceDestroy: 'violation' },
    fix: 'forceDestroy: false',
    references: [],
    check: ({ inputs }) => when(inputs.flag('forceDestroy') === true, 'with it goes every recovery point in it'),
  },
  {
    ...ofVault,
    id: 'dr-backup-vault-lock',
    title: 'a vault is locked',
    scope: 'stack',
    unknown: {},
    fix: 'new aws.backup.VaultLockConfiguration(…, { backupVaultName: vault.name, … })',
    references: ['prowler:backup_vaults_lock_enabled', 'backup-audit-manager:vault-lock'],
    check: (one, context) =>
      when(lockOf(one, context) === undefined, 'no lock refers to it: who may call AWS Backup may empty it'),
  },
  {
    id: 'dr-backup-lock-compliance',
    group: 'backup',
    title: 'the lock of a vault cannot be taken off',
    scope: 'resource',
    types: [backup.lock],
    level: 'always',
    unknown: { changeableForDays: 'violation' },
    fix: 'changeableForDays: 3',
    references: ['backup-audit-manager:vault-lock'],
    check: ({ inputs }) =>
      when(
        inputs.number('changeableForDays') === undefined,
        'without changeableForDays one call takes it off, on any day',
      ),
  },
  {
    id: 'dr-backup-lock-retention',
    group: 'backup',
    title: 'the lock of a vault holds as long as a theft may go unnoticed',
    scope: 'resource',
    types: [backup.lock],
    level: 'always',
    settings: { days: atLeast('d', lockDays) },
    unknown: { minRetentionDays: 'violation' },
    fix: `minRetentionDays: ${lockDays}`,
    references: ['backup-audit-manager:minimum-retention'],
    check: ({ inputs }, { setting }) => {
      const days = inputs.number('minRetentionDays') ?? 0;
      const needed = setting('days');
      return when(days < needed, `it takes points that are kept for ${days} d, and ${needed} d are promised`);
    },
  },
  {
    ...ofVault,
    id: 'dr-backup-lock-fits',
    title: 'a locked vault takes what its plans write',
    scope: 'stack',
    unknown: { rules: 'violation', maxRetentionDays: 'violation' },
    fix: 'lifecycle: { deleteAfter } within minRetentionDays and maxRetentionDays of the lock',
    references: [],
    check: (one, context) => {
      const most = lockOf(one, context)?.number('maxRetentionDays');
      if (most === undefined) return [];
      return keptIn(one, context).flatMap((days) =>
        when(
          days === null || days > most,
          `a plan keeps points ${days === null ? 'for ever' : `for ${days} d`} and the lock allows ${most} d: every job fails`,
        ),
      );
    },
  },
  {
    ...ofVault,
    id: 'dr-backup-no-delete',
    title: 'the policy of a vault denies deletion to everybody',
    scope: 'stack',
    unknown: { policy: 'violation' },
    fix: `Effect: 'Deny', Principal: '*', Action: ['${vaultActions.join("', '")}']`,
    references: [
      'aws-config:BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED',
      'backup-audit-manager:no-manual-deletion',
    ],
    check: (one, { stack }) => {
      const statements = stack
        .beside(one, backup.policy, 'backupVaultName')
        .flatMap(({ inputs }) => statementsIn(inputs, 'policy') ?? []);
      const denies = statements.filter(
        ({ allows, principals, conditional }) => !allows && principals.includes('*') && !conditional,
      );
      const open = vaultActions.filter((action) => coveredBy(denies, [action]).length === 0);
      return when(
        open.length > 0,
        `until its lock is final, ${open.length} of ${vaultActions.length} ways to lose a point are open: ${open.join(', ')}`,
      );
    },
  },
];
