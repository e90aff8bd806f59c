import { backupPlaces } from '../backup-places';
import type { Duration } from '../duration';
import { inWords } from '../duration-words';
import { dotted, type Fault, type Path } from '../fault';
import type { WrittenWorkload } from '../written-workload';
import { set, slowest, type Check } from './check';
import type { Places } from '../workload-reading';

type Job = WrittenWorkload['jobs'][string];

/** Jobs that never start, that meet themselves, or that try copies when these are gone. */
export const schedules: Check = (workload, at) =>
  Object.entries(workload.jobs).flatMap(([id, job]) => {
    const path = at('jobs', id, 'schedule');
    if (!job.schedule.fires) return [neverFires(job, path)];
    const gap = job.schedule.largestGap();
    return [...meetsItself(job, gap, path, at('jobs', id, 'budget')), ...triedTooLate(job, gap, path, workload, at)];
  });

function neverFires({ schedule }: Job, path: Path): Fault {
  return {
    code: 'schedule-never-fires',
    path,
    fact: `"${schedule.cron}" names a day that no year has`,
    is: 'never',
    must: 'a start',
    fix: set(path, '0 3 * * *'),
  };
}

function meetsItself({ budget }: Job, gap: Duration, path: Path, budgetPath: Path): Fault[] {
  if (!budget.isLongerThan(gap)) return [];
  const cron = slowest(budget, () => true);
  return [
    {
      code: 'run-above-interval',
      path,
      fact: `a run may take ${inWords(budget)}, and the next one starts after ${inWords(gap)}`,
      is: inWords(gap),
      must: `at least ${inWords(budget)}`,
      fix: cron === null ? set(budgetPath, gap.toString()) : set(path, cron),
    },
  ];
}

/** What is tried must be there still, and those before it too: damage is not found in one copy alone. */
function triedTooLate(
  { role, budget, dataset: name }: Job,
  gap: Duration,
  path: Path,
  tables: WrittenWorkload,
  at: Places,
): Fault[] {
  const dataset = tables.datasets[name];
  if (role !== 'validate' || dataset === undefined) return [];
  const tried = gap.plus(budget);
  const gone = backupPlaces(dataset, at('datasets', name)).flatMap(({ backup, path: place }) =>
    backup.kind === 'snapshot' && 'job' in backup.taken && tried.isLongerThan(backup.keep)
      ? [{ keep: backup.keep, place: [...place, 'keep'] }]
      : [],
  );
  const [first] = gone;
  if (first === undefined) return [];
  return [
    {
      code: 'validation-too-rare',
      path,
      fact: `a copy is tried after ${inWords(tried)} at the latest, and gone after ${inWords(first.keep)}`,
      is: inWords(tried),
      must: `at most ${inWords(first.keep)}`,
      fix: {
        text: `keep copies until they are tried: set ${dotted(first.place)} to "${tried.toString()}"`,
        changes: gone.map(({ place }) => ({ path: place, value: tried.toString() })),
      },
    },
  ];
}
