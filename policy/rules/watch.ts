import { Duration } from '../../recovery/duration';
import { objectiveFor } from '../../recovery/objective';
import { inWords } from '../../recovery/duration-words';
import type { Tier } from '../../recovery/tiers';
import { workload, type Workload } from '../../recovery/workload';
import { inDays } from '../needs';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast, atMost } from '../settings';
import { watch } from '../types';

const datasets: Workload['datasets'] = workload.datasets;
/** A log is read when something is noticed: as late as that may be for what guests see. */
const logDays = inDays(workload.datasets.postgres.noticedWithin);

const rpoOf = (tier: Tier): number => objectiveFor(tier, 'data').rpo.toWholeSeconds();
const rpoSeconds = { 1: rpoOf(1), 2: rpoOf(2), 3: rpoOf(3), 4: rpoOf(4) };

const ages = ['BackupAge', 'ReplicaLag'];

/** The dataset that an alarm on an age speaks for; undefined for all others. */
const watched = ({ inputs }: Resource): string | undefined =>
  ages.includes(inputs.text('metricName') ?? '') ? inputs.inner('dimensions')?.text('Dataset') : undefined;

const ofAlarm = { group: 'watch', scope: 'resource', types: [watch.alarm], level: 'byTier' } as const;

/** Alarms and logs: whether anybody would be told, in time. */
export const watchRules: readonly Rule[] = [
  {
    ...ofAlarm,
    id: 'dr-alarm-missing-data',
    title: 'an alarm on the age of backups is raised also when nobody measures it',
    unknown: { treatMissingData: 'violation', metricName: 'violation', dimensions: 'violation' },
    fix: "treatMissingData: 'breaching'",
    references: [],
    check: (one) =>
      when(
        watched(one) !== undefined && one.inputs.text('treatMissingData') !== 'breaching',
        'a job that never ran reports 0 ages, and this alarm takes that for well',
      ),
  },
  {
    ...ofAlarm,
    id: 'dr-alarm-actions',
    title: 'an alarm on the age of backups reaches somebody',
    unknown: { metricName: 'violation', dimensions: 'violation' },
    fix: 'alarmActions: [topic.arn]',
    references: ['CKV_AWS_319', 'aws-config:CLOUDWATCH_ALARM_ACTION_CHECK'],
    check: (one) =>
      when(
        watched(one) !== undefined && !(one.inputs.isUnknown('alarmActions') || one.inputs.count('alarmActions') > 0),
        'it is raised and tells 0 people',
      ),
  },
  {
    ...ofAlarm,
    id: 'dr-alarm-threshold',
    title: 'an alarm is raised before the objective is lost',
    settings: { seconds: atMost('s', rpoSeconds) },
    unknown: { metricName: 'violation', dimensions: 'violation', threshold: 'violation' },
    fix: 'threshold: below the RPO, in seconds (recovery/thresholds.ts)',
    references: [],
    check: (one, { setting }) => {
      const dataset = datasets[watched(one) ?? ''];
      if (dataset === undefined) return [];
      const seconds = one.inputs.number('threshold') ?? Infinity;
      const most = setting('seconds', dataset.tier);
      return when(
        seconds >= most,
        `it is raised after ${seconds} s, when ${inWords(Duration.ofMs(most * 1_000))} are lost already`,
      );
    },
  },
  {
    id: 'dr-logs-retention',
    group: 'watch',
    title: 'logs are there when damage is noticed',
    scope: 'resource',
    types: [watch.logs],
    level: 'advice',
    settings: { days: atLeast('d', logDays) },
    unknown: { retentionInDays: 'violation' },
    fix: `retentionInDays: ${logDays}`,
    references: ['CKV_AWS_338', 'CKV_AWS_66', 'aws-config:CW_LOGGROUP_RETENTION_PERIOD_CHECK'],
    check: ({ inputs }, { setting }) => {
      const days = inputs.number('retentionInDays') ?? 0;
      // Nothing said, or 0, is for ever.
      return when(
        days > 0 && days < setting('days'),
        `they are kept for ${days} d, and damage may go unnoticed for ${setting('days')} d`,
      );
    },
  },
];
