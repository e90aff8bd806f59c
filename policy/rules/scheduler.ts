import { z } from 'zod';
import { ageMetrics } from '../../recovery/ages';
import { inWords } from '../../recovery/duration-words';
import { workload } from '../../recovery/workload';
import type { BackupJob } from '../../recovery/backup-job';
import { gapOf } from '../../recovery/schedule-from-aws';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast } from '../settings';
import { schedule, watch } from '../types';

const jobs: Readonly<Record<string, Omit<BackupJob, 'id'>>> = workload.jobs;
const jobOf = ({ inputs }: Resource): Omit<BackupJob, 'id'> | undefined => jobs[inputs.text('name') ?? ''];

/** Of a backup it is asked how old the newest one is, of a validation how old the newest success. */
const figureOf = ({ role }: Omit<BackupJob, 'id'>): string =>
  ageMetrics.names[role === 'validate' ? 'validation-age' : 'backup-age'];

const body = z.object({
  widgets: z.array(
    z.looseObject({ properties: z.looseObject({ metrics: z.array(z.array(z.unknown())).default([]) }).prefault({}) }),
  ),
});

/** Figures in the body of a dashboard, as CloudWatch writes them; none in one that nobody can read. */
function figuresIn(text: string): unknown[][] {
  try {
    return body.parse(JSON.parse(text)).widgets.flatMap(({ properties }) => properties.metrics);
  } catch {
    return [];
  }
}

const ofSchedule = { group: 'scheduler', scope: 'resource', types: [schedule], level: 'always' } as const;

/** Jobs of the procedure as they are really started. */
export const scheduleRules: readonly Rule[] = [
  {
    ...ofSchedule,
    id: 'dr-schedule-gap',
    title: 'a job starts as often as the worst cases count on',
    unknown: { name: 'violation', scheduleExpression: 'violation' },
    fix: 'scheduleExpression: job.schedule.toAwsExpression()',
    references: [],
    check: (one) => {
      const job = jobOf(one);
      if (job === undefined) return [];
      const [gap, counted] = [gapOf(one.inputs.text('scheduleExpression') ?? ''), job.schedule.largestGap()];
      return when(
        gap?.isLongerThan(counted) !== false,
        `up to ${gap === null ? 'nobody knows what' : inWords(gap)} lie between two starts, and the worst case of ${job.dataset} counts on ${inWords(counted)}`,
      );
    },
  },
  {
    ...ofSchedule,
    id: 'dr-schedule-window',
    title: 'a job starts at its time',
    unknown: { flexibleTimeWindow: 'violation' },
    fix: "flexibleTimeWindow: { mode: 'OFF' }",
    references: [],
    check: ({ inputs }) => {
      const window = inputs.inner('flexibleTimeWindow');
      return when(
        window?.text('mode') === 'FLEXIBLE',
        `it may start up to ${window?.number('maximumWindowInMinutes') ?? 1_440} min late, which is in no worst case`,
      );
    },
  },
  {
    ...ofSchedule,
    id: 'dr-schedule-zone',
    title: 'a job knows no daylight saving',
    unknown: { scheduleExpressionTimezone: 'violation' },
    fix: "scheduleExpressionTimezone: 'UTC'",
    references: [],
    check: ({ inputs }) => {
      const zone = inputs.text('scheduleExpressionTimezone') ?? 'UTC';
      return when(
        !/^(Etc\/)?UTC$/.test(zone),
        `in ${zone} an hour is skipped or done twice whenever its clock is changed`,
      );
    },
  },
  {
    ...ofSchedule,
    id: 'dr-schedule-retry',
    title: 'a start that fails is tried again, and not when the next one is due',
    settings: { tries: atLeast('', 1) },
    unknown: { name: 'violation', scheduleExpression: 'violation', target: 'not-applicable' },
    fix: 'retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: below the interval }',
    references: [],
    check: (one, { setting }) => {
      const job = jobOf(one);
      if (job === undefined) return [];
      const retry = one.inputs.inner('target')?.inner('retryPolicy');
      // As EventBridge fills in what is not said.
      const [tries, seconds] = [
        retry?.number('maximumRetryAttempts') ?? 185,
        retry?.number('maximumEventAgeInSeconds') ?? 86_400,
      ];
      const gap = gapOf(one.inputs.text('scheduleExpression') ?? '');
      const most = Math.max(gap?.ms ?? 0, job.schedule.largestGap().ms) / 1_000;
      return [
        ...when(
          tries < setting('tries'),
          `a start that is throttled is tried ${tries} times again of ${setting('tries')}, and then a whole interval is lost`,
        ),
        ...when(seconds > most, `it may start ${seconds} s late, when the next ones have been due since ${most} s`),
      ];
    },
  },
  {
    ...ofSchedule,
    id: 'dr-schedule-alarm',
    title: 'somebody is told when a job has not made a backup',
    scope: 'stack',
    unknown: { name: 'violation', dimensions: 'violation', metricName: 'violation' },
    fix: 'an alarm on BackupAge, of a validation on ValidationAge, with dimensions: { Dataset: job.dataset }',
    references: [],
    check: (one, { stack }) => {
      const job = jobOf(one);
      if (job === undefined) return [];
      const figure = figureOf(job);
      const alarms = stack.ofType(watch.alarm).filter(({ inputs }) => inputs.text('metricName') === figure);
      const own = alarms.filter(({ inputs }) => inputs.inner('dimensions')?.text(ageMetrics.dimension) === job.dataset);
      return when(own.length === 0, `0 alarms look at the ${figure} of ${job.dataset}`);
    },
  },
  {
    ...ofSchedule,
    id: 'dr-schedule-panel',
    title: 'somebody who looks sees how old the newest result of a job is',
    scope: 'stack',
    unknown: { name: 'violation', dashboardBody: 'not-applicable' },
    fix: "a metric widget with [NAMESPACE, 'BackupAge', 'Dataset', job.dataset] in the body of a dashboard",
    references: [],
    check: (one, { stack }) => {
      const job = jobOf(one);
      if (job === undefined) return [];
      const figure = figureOf(job);
      const shown = stack
        .ofType(watch.dashboard)
        .flatMap(({ inputs }) => figuresIn(inputs.text('dashboardBody') ?? ''));
      const own = shown.filter(
        (row) => row[1] === figure && row[row.indexOf(ageMetrics.dimension) + 1] === job.dataset,
      );
      return when(own.length === 0, `0 panels show the ${figure} of ${job.dataset}`);
    },
  },
];
