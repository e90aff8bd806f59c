import { historyDays, inDays, regionIn } from '../needs';
import { duration } from '../../recovery/duration';
import { when, type Rule } from '../rule';
import { atLeast, noticedDays } from '../settings';
import { rds } from '../types';

const databases = [rds.instance, rds.cluster];
const engines = ['postgres', 'mysql'] as const;
const minute = inDays(duration('1d'));

/** Backups of a database: that there are some, how far they reach back, and what becomes of them with it. */
export const rdsBackupRules: readonly Rule[] = [
  {
    id: 'dr-rds-retention',
    group: 'rds',
    title: 'a database says for how long it can be brought back to any moment, and for long enough',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    settings: { days: atLeast('d', noticedDays(...engines)), replicaDays: atLeast('d', minute) },
    unknown: {
      backupRetentionPeriod: 'violation',
      replicateSourceDb: 'violation',
      replicationSourceIdentifier: 'violation',
    },
    fix: 'backupRetentionPeriod: 35',
    references: [
      'CKV_AWS_133',
      'awsguard:rds-instance-backup-enabled',
      'aws-config:DB_INSTANCE_BACKUP_ENABLED',
      'prowler:rds_instance_backup_enabled',
    ],
    check: (one, { setting }) => {
      const kept = one.inputs.number('backupRetentionPeriod');
      // Read and not only seen: what turns out to be no source would be held to a replica's single day.
      const follows =
        one.inputs.text('replicateSourceDb') !== undefined ||
        one.inputs.text('replicationSourceIdentifier') !== undefined;
      // A replica keeps a day, so that backups are on at the moment it is promoted.
      const needed = follows ? setting('replicaDays') : Math.max(historyDays(one), setting('days'));
      const why = follows ? 'a promotion would inherit that' : `damage to it may go unnoticed for ${needed} d`;
      if (kept === undefined)
        return [`it does not say for how long it keeps its backups (AWS may keep none), and ${why}`];
      return when(kept < needed, `it keeps its backups for ${kept} d, and ${why}`);
    },
  },
  {
    id: 'dr-rds-keeps-backups',
    group: 'rds',
    title: 'the backups of a database outlive it',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    unknown: { deleteAutomatedBackups: 'violation' },
    fix: 'deleteAutomatedBackups: false',
    references: [],
    check: ({ inputs }) =>
      when(
        inputs.flag('deleteAutomatedBackups') !== false,
        'with the database its automated backups are deleted, 0 d after it instead of at their end',
      ),
  },
  {
    id: 'dr-rds-final-snapshot',
    group: 'rds',
    title: 'a database leaves a last snapshot behind',
    scope: 'resource',
    types: databases,
    ofStores: true,
    level: 'always',
    unknown: { skipFinalSnapshot: 'violation' },
    fix: "skipFinalSnapshot: false, finalSnapshotIdentifier: 'NAME-final'",
    references: ['aws-config:RDS_INSTANCE_DELETION_PROTECTION_ENABLED'],
    check: ({ inputs }) => [
      ...when(inputs.flag('skipFinalSnapshot') === true, 'a deletion leaves 0 snapshots of its last state'),
      ...when(
        inputs.flag('skipFinalSnapshot') !== true && !inputs.said('finalSnapshotIdentifier'),
        'its last snapshot has no name, so a deletion fails half way, or is made with none',
      ),
    ],
  },
  {
    id: 'dr-rds-copy-tags',
    group: 'rds',
    title: 'a snapshot bears the tags of its database, by which it is found',
    scope: 'resource',
    types: databases,
    level: 'advice',
    unknown: { copyTagsToSnapshot: 'violation' },
    fix: 'copyTagsToSnapshot: true',
    references: ['CKV2_AWS_60', 'CKV_AWS_313', 'prowler:rds_instance_copy_tags_to_snapshots'],
    check: ({ inputs }) => when(inputs.flag('copyTagsToSnapshot') !== true, 'its snapshots bear none of its tags'),
  },
  {
    id: 'dr-rds-backtrack',
    group: 'rds',
    title: 'Aurora MySQL can go back in place',
    scope: 'resource',
    types: [rds.cluster],
    level: 'advice',
    unknown: { engine: 'violation', backtrackWindow: 'violation' },
    fix: 'backtrackWindow: 86_400',
    references: ['CKV_AWS_326', 'prowler:rds_cluster_backtrack_enabled'],
    check: ({ inputs }) =>
      when(
        inputs.text('engine') === 'aurora-mysql' && (inputs.number('backtrackWindow') ?? 0) === 0,
        'it cannot go back by a second without a restore of all of it',
      ),
  },
  {
    id: 'dr-rds-copy-key',
    group: 'rds',
    title: 'copied backups are encrypted with a key of the region that keeps them',
    scope: 'resource',
    types: [rds.backupsCopy],
    level: 'always',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_245'],
    check: ({ inputs }) => when(!inputs.said('kmsKeyId'), 'the copies name no key, so no key of ours can read them'),
  },
  {
    id: 'dr-rds-copy-region',
    group: 'rds',
    title: 'copied backups lie in another region than their database',
    scope: 'resource',
    types: [rds.backupsCopy],
    level: 'always',
    unknown: { sourceDbInstanceArn: 'violation' },
    fix: 'pull the copies with the provider of the other region',
    references: [],
    check: ({ inputs, region }) => {
      const from = regionIn(inputs.text('sourceDbInstanceArn') ?? '');
      return when(
        from === undefined || from === region,
        `the copies lie in ${region ?? 'a region that nobody names'} and come from ${from ?? 'one that nobody names'}`,
      );
    },
  },
  {
    id: 'dr-rds-copy-retention',
    group: 'rds',
    title: 'copied backups reach back as far as damage may go unnoticed',
    scope: 'resource',
    types: [rds.backupsCopy],
    level: 'always',
    settings: { days: atLeast('d', noticedDays(...engines)) },
    unknown: { retentionPeriod: 'violation' },
    fix: 'retentionPeriod: 35',
    references: ['aws-config:BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK'],
    check: (one, { setting }) => {
      // RDS takes 7 where nothing is said.
      const kept = one.inputs.number('retentionPeriod') ?? 7;
      const needed = Math.max(historyDays(one), setting('days'));
      return when(kept < needed, `copies are kept for ${kept} d, and damage may go unnoticed for ${needed} d`);
    },
  },
  {
    id: 'dr-rds-snapshot-key',
    group: 'rds',
    title: 'a snapshot that is copied is encrypted with a key of where it goes',
    scope: 'resource',
    types: [rds.snapshotCopy],
    level: 'always',
    unknown: {},
    fix: 'kmsKeyId: key.arn',
    references: ['CKV_AWS_266', 'CKV_AWS_146', 'aws-config:RDS_SNAPSHOT_ENCRYPTED'],
    check: ({ inputs }) =>
      when(!inputs.said('kmsKeyId'), 'the copy names no key: an encrypted one cannot be made, a plain one can be read'),
  },
];
