import { backupPlaces } from '../backup-places';
import type { WrittenDataset } from '../dataset';
import { disruptionTitles, type Disruption } from '../disruption';
import { Duration, duration } from '../duration';
import { inWords } from '../duration-words';
import { dotted, type Fault, type Fix, type Path } from '../fault';
import { mechanisms } from '../mechanisms';
import { objectiveFor } from '../objective';
import type { Backup } from '../protection';
import { backupLoss, isAbove, worstCaseLoss, type Loss } from '../worst-case-loss';
import type { WrittenWorkload } from '../written-workload';
import type { Places } from '../workload-reading';
import { set, slowest, type Check } from './check';
import { strongProtection } from './strong';

/** Datasets that may lose more than their objective allows. */
export const losses: Check = (workload, at) =>
  Object.entries(workload.datasets).flatMap(([name, dataset]) => {
    if (dataset.protection === null) return [];
    const own = at('datasets', name);
    const data = worstCaseLoss(name, 'data', workload);
    return (['data', 'zone', 'region'] as const).flatMap((disruption): Fault[] => {
      const loss = worstCaseLoss(name, disruption, workload);
      const { rpo } = objectiveFor(dataset.tier, disruption);
      if (!isAbove(loss, rpo)) return [];
      // A lost place that costs no more than lost data has the same cause, and is said once.
      if (disruption !== 'data' && sameLoss(loss, data)) return [];
      return [lossFault({ dataset, disruption, loss, rpo, workload, own, at })];
    });
  });

interface Found {
  readonly dataset: WrittenDataset;
  readonly disruption: Disruption;
  readonly loss: Loss;
  readonly rpo: Duration;
  readonly workload: WrittenWorkload;
  readonly own: Path;
  readonly at: Places;
}

function lossFault(found: Found): Fault {
  const { disruption, loss, rpo, own } = found;
  const is = lossInWords(loss);
  return {
    code: 'loss-above-rpo',
    path: [...own, 'protection'],
    disruption,
    fact: `when ${disruptionTitles[disruption]}, the worst case loses ${is}; the objective is ${inWords(rpo)}`,
    is,
    must: `at most ${inWords(rpo)}`,
    fix: fixOf(found),
  };
}

export function lossInWords(loss: Loss): string {
  return loss === 'everything' ? 'everything' : inWords(loss);
}

function sameLoss(a: Loss, b: Loss): boolean {
  return a === 'everything' || b === 'everything' ? a === b : a.ms === b.ms;
}

/** The smallest change that is enough: a job more often, a log that is shipped in time, another protection. */
function fixOf(found: Found): Fix {
  const { dataset, own } = found;
  for (const { backup, path } of backupPlaces(dataset, own)) {
    const fix = faster(backup, found) ?? shipped(backup, path, found);
    if (fix !== null) return fix;
  }
  const path = [...own, 'protection'];
  return {
    text: `give it a standby and a history: replace ${dotted(path)}`,
    changes: [{ path, value: strongProtection(dataset) }],
  };
}

/** The job of a backup on the slowest schedule that is often enough, where there is one. */
function faster(backup: Backup, { disruption, rpo, workload: { jobs }, at }: Found): Fix | null {
  const id = jobOf(backup);
  const job = id === null ? undefined : jobs[id];
  if (id === null || job === undefined) return null;
  const base = backup.kind === 'continuous' ? jobOf(backup.base) : null;
  const baseJob = base === null ? undefined : jobs[base];
  const others = base === null || baseJob === undefined ? {} : { [base]: baseJob };
  const least = Duration.longer(mechanisms[backup.mechanism].interval, job.budget);
  const cron = slowest(least, (schedule) => {
    const changed = { ...others, [id]: { ...job, schedule } };
    return !isAbove(backupLoss(backup, disruption, { jobs: changed }), rpo);
  });
  return cron === null ? null : set(at('jobs', id, 'schedule'), cron);
}

function jobOf(backup: Backup): string | null {
  if (backup.kind === 'versioned') return null;
  const rhythm = backup.kind === 'snapshot' ? backup.taken : backup.shipped;
  return rhythm !== 'when-full' && 'job' in rhythm ? rhythm.job : null;
}

/** A log that leaves in time, where that is enough. */
function shipped(backup: Backup, path: Path, { disruption, rpo, workload }: Found): Fix | null {
  if (backup.kind !== 'continuous' || backup.shipped !== 'when-full') return null;
  const every = Duration.longer(duration('1m'), mechanisms[backup.mechanism].interval);
  const loss = backupLoss({ ...backup, shipped: { every } }, disruption, workload);
  return isAbove(loss, rpo) ? null : set([...path, 'shipped'], { every: every.toString() });
}
