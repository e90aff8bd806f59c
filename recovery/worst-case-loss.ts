import type { Disruption } from './disruption';
import { duration, Duration } from './duration';
import { mechanisms } from './mechanisms';
import { backupOf, type Backup, type Continuous, type OffSite, type Snapshot } from './protection';
import type { WrittenWorkload } from './written-workload';

/** What may be missing after a recovery: the newest so much, or all of it. */
export type Loss = Duration | 'everything';

/** The tables that a loss depends on. */
export type LossTables = Pick<WrittenWorkload, 'datasets' | 'jobs'>;

const nothing = duration('0s');

/** The most that a dataset loses when something has gone wrong and it comes back the best way it has. */
export function worstCaseLoss(name: string, disruption: Disruption, tables: LossTables): Loss {
  return lossOf(name, disruption, tables, []);
}

function lossOf(name: string, disruption: Disruption, tables: LossTables, waiting: readonly string[]): Loss {
  if (disruption === 'application') return nothing;
  const dataset = tables.datasets[name];
  if (dataset === undefined || waiting.includes(name)) return 'everything';
  const { protection, also } = dataset;
  const losses = also.map((backup) => backupLoss(backup, disruption, tables));
  if (protection === null) return losses.reduce(least, 'everything');
  const backup = backupOf(protection);
  if (backup !== null) losses.push(backupLoss(backup, disruption, tables));
  if (protection.kind === 'rebuilt') losses.push(lossOf(protection.from, disruption, tables, [...waiting, name]));
  // A standby has the damage as soon as it is done, so it is worth something only where a place is lost.
  if (protection.kind === 'replica' && (disruption === protection.where || disruption === 'zone')) {
    losses.push(Duration.longer(protection.maxLag, mechanisms[protection.mechanism].interval));
  }
  return losses.reduce(least, 'everything');
}

/** The most that is missing in the newest copy that a backup has after a disruption. */
export function backupLoss(backup: Backup, disruption: Disruption, tables: Pick<LossTables, 'jobs'>): Loss {
  const own = ownLoss(backup, tables);
  const copied = disruption === 'region' ? plus(own, delayOf(backup.offSite)) : own;
  if (backup.kind !== 'continuous') return copied;
  // Changes are worth nothing without the base that they change, and the base alone is worth something.
  const base = backupLoss(backup.base, disruption, tables);
  return base === 'everything' ? 'everything' : least(copied, base);
}

function ownLoss(backup: Backup, { jobs }: Pick<LossTables, 'jobs'>): Loss {
  const { interval, run } = mechanisms[backup.mechanism];
  if (backup.kind === 'versioned') return interval;
  const rhythm = backup.kind === 'snapshot' ? backup.taken : backup.shipped;
  if (rhythm === 'when-full') return 'everything';
  const { gap, budget } = rhythmOf(rhythm, jobs);
  return gap === null ? 'everything' : Duration.longer(gap, interval).plus(Duration.longer(budget, run));
}

type Rhythm = Snapshot['taken'] | Exclude<Continuous['shipped'], 'when-full'>;

/** The longest time between two copies, and the longest that one takes; no gap where there is no next one. */
function rhythmOf(rhythm: Rhythm, jobs: LossTables['jobs']): { gap: Duration | null; budget: Duration } {
  if ('every' in rhythm) return { gap: rhythm.every, budget: nothing };
  const job = jobs[rhythm.job];
  if (job?.schedule.fires !== true) return { gap: null, budget: nothing };
  return { gap: job.schedule.largestGap(), budget: job.budget };
}

function delayOf(offSite: OffSite | null): Loss {
  return offSite === null || offSite.by === null ? 'everything' : offSite.delay;
}

function plus(a: Loss, b: Loss): Loss {
  return a === 'everything' || b === 'everything' ? 'everything' : a.plus(b);
}

function least(a: Loss, b: Loss): Loss {
  if (a === 'everything') return b;
  return b === 'everything' || b.isLongerThan(a) ? a : b;
}

export function isAbove(loss: Loss, objective: Duration): boolean {
  return loss === 'everything' || loss.isLongerThan(objective);
}
