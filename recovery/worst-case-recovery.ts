import type { Disruption } from './disruption';
import { duration, Duration } from './duration';
import type { WrittenDataset } from './dataset';
import { mechanisms, type Mechanism } from './mechanisms';
import { backupOf } from './protection';
import { recoveryParts } from './recovery-path';
import type { LossTables } from './worst-case-loss';

/** How fast a dataset comes back from its copies, where somebody has measured it. */
export interface RestoreRate {
  readonly mibPerSecond: number;
}

const nothing = duration('0s');

/**
 * The longest that a dataset may be away: detect, decide, restore, replay, verify, redirect. A restore takes
 * the dataset's size at the measured rate, or where nobody measured one the time that it is given; a standby
 * is not restored but promoted.
 * @returns null where the table does not say how it comes back.
 */
export function worstCaseRecovery(
  name: string,
  disruption: Disruption,
  tables: Pick<LossTables, 'datasets'>,
  rate: RestoreRate | null = null,
): Duration | null {
  return recoveryOf(name, disruption, tables, rate, []);
}

function recoveryOf(
  name: string,
  disruption: Disruption,
  tables: Pick<LossTables, 'datasets'>,
  rate: RestoreRate | null,
  waiting: readonly string[],
): Duration | null {
  if (disruption === 'application') return nothing;
  const dataset = tables.datasets[name];
  if (dataset?.recovery == null || dataset.protection === null || waiting.includes(name)) return null;
  const path = dataset.recovery[disruption];
  const own = recoveryParts
    .map((part) => (part === 'restore' ? restoreOf(dataset, disruption, path.restore, rate) : path[part]))
    .reduce((sum, part) => sum.plus(part), nothing);
  if (dataset.protection.kind !== 'rebuilt') return own;
  // It is filled from a store that must stand first.
  const source = recoveryOf(dataset.protection.from, disruption, tables, rate, [...waiting, name]);
  return source === null ? null : source.plus(own);
}

function restoreOf(
  dataset: WrittenDataset,
  disruption: Disruption,
  given: Duration,
  rate: RestoreRate | null,
): Duration {
  const read = readOf(dataset, disruption);
  const floor = read === null ? nothing : mechanisms[read.mechanism].recovery;
  const needed = rate === null || read?.standby === true ? given : transfer(dataset.size.gib, rate);
  return Duration.longer(floor, needed);
}

/** What a recovery reads: the standby where a place is lost, the backup otherwise. */
export function readOf(
  { protection }: WrittenDataset,
  disruption: Disruption,
): { mechanism: Mechanism; standby: boolean } | null {
  if (protection === null) return null;
  if (protection.kind === 'replica' && (disruption === protection.where || disruption === 'zone')) {
    return { mechanism: protection.mechanism, standby: true };
  }
  if (protection.kind === 'rebuilt') return null;
  const backup = backupOf(protection);
  return backup === null ? null : { mechanism: backup.mechanism, standby: false };
}

function transfer(gib: number, { mibPerSecond }: RestoreRate): Duration {
  return Duration.ofMs(Math.ceil((gib * 1024 * 1000) / mibPerSecond));
}
