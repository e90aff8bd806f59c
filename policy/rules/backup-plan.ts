import { duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import { gapOf } from '../../recovery/schedule-from-aws';
import { copyDays, drillDays, inDays, lockDays, regionIn } from '../needs';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast, atMost } from '../settings';
import { backup, efs, rds } from '../types';

const [daily, hour] = [duration('1d'), duration('1h')];

/** As AWS Backup names what it restores. */
const kinds: Readonly<Record<string, string>> = { [rds.instance]: 'RDS', [rds.cluster]: 'Aurora', [efs.files]: 'EFS' };

const ofPlan = { group: 'backup', scope: 'resource', types: [backup.plan], level: 'always' } as const;

const rulesOf = ({ inputs }: Resource) => inputs.list('rules');
const copiesOf = (one: Resource) => rulesOf(one).flatMap((rule) => rule.list('copyActions'));

/** Plans of AWS Backup: how often, for how long, where to, of what, and whether it was ever restored. */
export const backupPlanRules: readonly Rule[] = [
  {
    ...ofPlan,
    id: 'dr-backup-frequency',
    title: 'a plan runs every day',
    settings: { hours: atMost('h', daily.ms / hour.ms) },
    unknown: { rules: 'violation' },
    fix: "schedule: 'cron(0 5 * * ? *)'",
    references: [
      'aws-config:BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK',
      'backup-audit-manager:minimum-frequency',
    ],
    check: (one, { setting }) =>
      rulesOf(one).flatMap((rule) => {
        const gap = gapOf(rule.text('schedule') ?? '');
        if (gap === null) return ['nobody can say how often it runs'];
        return when(
          gap.isLongerThan(hour.times(setting('hours'))),
          `between two runs lie up to ${inWords(gap)}, and ${setting('hours')} h are promised`,
        );
      }),
  },
  {
    ...ofPlan,
    id: 'dr-backup-retention',
    title: 'a plan keeps what it makes long enough',
    settings: { days: atLeast('d', lockDays) },
    unknown: { rules: 'violation' },
    fix: `lifecycle: { deleteAfter: ${lockDays} }`,
    references: [
      'aws-config:BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK',
      'backup-audit-manager:minimum-retention',
    ],
    check: (one, { setting }) =>
      rulesOf(one).flatMap((rule) => {
        const days = rule.inner('lifecycle')?.number('deleteAfter');
        return when(
          days !== undefined && days < setting('days'),
          `points are kept for ${days ?? 0} d, and ${setting('days')} d are promised`,
        );
      }),
  },
  {
    ...ofPlan,
    id: 'dr-backup-copy',
    title: 'a plan copies to another region',
    unknown: { rules: 'violation' },
    fix: 'copyActions: [{ destinationVaultArn: the vault of the other region, … }]',
    references: ['backup-audit-manager:cross-region-copy'],
    check: (one) => {
      const away = copiesOf(one).filter((copy) => {
        const to = regionIn(copy.text('destinationVaultArn') ?? '');
        return to !== undefined && to !== one.region;
      });
      return when(
        away.length === 0,
        `${away.length} of its ${copiesOf(one).length} copies go to another region than ${one.region ?? 'its own'}`,
      );
    },
  },
  {
    ...ofPlan,
    id: 'dr-backup-copy-retention',
    title: 'copies in the other region are kept long enough',
    settings: { days: atLeast('d', copyDays) },
    unknown: { rules: 'violation' },
    fix: `lifecycle: { deleteAfter: ${copyDays} }`,
    references: ['backup-audit-manager:minimum-retention'],
    check: (one, { setting }) =>
      copiesOf(one).flatMap((copy) => {
        const days = copy.inner('lifecycle')?.number('deleteAfter');
        return when(
          days !== undefined && days < setting('days'),
          `copies are kept for ${days ?? 0} d, and ${setting('days')} d are promised`,
        );
      }),
  },
  {
    id: 'dr-backup-selected',
    group: 'backup',
    title: 'every database and file system is in a plan',
    scope: 'stack',
    types: [rds.instance, rds.cluster, efs.files],
    ofStores: true,
    level: 'always',
    unknown: {},
    fix: 'new aws.backup.Selection(…, { resources: [store.arn] })',
    references: [
      'CKV2_AWS_8',
      'CKV2_AWS_18',
      'aws-config:RDS_IN_BACKUP_PLAN',
      'prowler:rds_instance_protected_by_backup_plan',
    ],
    check: (one, { stack }) =>
      when(
        stack.beside(one, backup.selection, 'resources').length === 0,
        'it is named by 0 selections: a tag can be forgotten, a reference cannot',
      ),
  },
  {
    id: 'dr-backup-testing-frequency',
    group: 'backup',
    title: 'points are restored to see whether they can be',
    scope: 'resource',
    types: [backup.testing],
    level: 'always',
    settings: { days: atMost('d', drillDays) },
    unknown: { scheduleExpression: 'violation' },
    fix: "scheduleExpression: 'cron(0 6 ? * SUN *)'",
    references: ['backup-audit-manager:restore-time-meets-target'],
    check: ({ inputs }, { setting }) => {
      const gap = gapOf(inputs.text('scheduleExpression') ?? '');
      return when(
        gap === null || inDays(gap) > setting('days'),
        `between two restores lie ${gap === null ? 'nobody knows how many' : inDays(gap)} d, and a drill is promised every ${setting('days')} d`,
      );
    },
  },
  {
    id: 'dr-backup-testing',
    group: 'backup',
    title: 'a point of every kind that is backed up is restored',
    scope: 'stack',
    types: [backup.selection],
    level: 'always',
    unknown: { protectedResourceType: 'violation' },
    fix: 'new aws.backup.RestoreTestingSelection(…, { protectedResourceType })',
    references: ['aws-config:RDS_MEETS_RESTORE_TIME_TARGET'],
    check: (one, { stack }) => {
      const tested = stack.ofType(backup.testingSelection).map(({ inputs }) => inputs.text('protectedResourceType'));
      const needed = Object.entries(kinds).filter(([type]) => stack.behind(one, 'resources', type).length > 0);
      return needed.flatMap(([, kind]) =>
        when(!tested.includes(kind), `0 restore tests are of kind ${kind}, which is backed up`),
      );
    },
  },
];
