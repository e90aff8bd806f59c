import type { WrittenDataset } from './dataset';
import { disruptions, type Disruption } from './disruption';
import type { Duration } from './duration';
import type { Month } from './month';
import { objectiveFor } from './objective';
import { measuredRate, timedRestores, type MeasuredRate, type Place, type TimedRestore } from './rates';
import { restoresOf, type Restore } from './restores';
import type { Tier } from './tiers';
import { worstCaseRecovery } from './worst-case-recovery';

type Datasets = Readonly<Record<string, WrittenDataset>>;

/** How long growth is followed. Beyond it nothing is said but that it holds that long. */
export const horizonMonths = 600;

/** What growth does to the RTO of a dataset. */
export type Outlook =
  /** The first month in which a recovery takes longer than the RTO. */
  | { readonly kind: 'breaks'; readonly month: Month }
  | { readonly kind: 'holds'; readonly through: Month }
  /** Nobody timed this restore here. At today's size so many MiB/s would keep the RTO; null where none would. */
  | { readonly kind: 'unmeasured'; readonly enough: number | null }
  /** The table does not say how the dataset comes back. */
  | { readonly kind: 'unsaid' };

export interface ForecastRow {
  readonly dataset: string;
  readonly tier: Tier;
  readonly disruption: Disruption;
  readonly rto: Duration;
  readonly outlook: Outlook;
  /** What the outlook rests on; empty where nothing is read, because a standby takes over. */
  readonly rates: readonly MeasuredRate[];
}

export interface ForecastOf {
  readonly datasets: Datasets;
  readonly place: Place;
  /** The month in which the datasets have the size that the table says. */
  readonly start: Month;
  readonly restores?: readonly TimedRestore[];
}

/** The month in which each dataset no longer comes back within its RTO. */
export function forecastRecovery(of: ForecastOf): ForecastRow[] {
  return Object.entries(of.datasets).flatMap(([dataset, { tier }]) =>
    disruptions
      .filter((disruption) => disruption !== 'application')
      .map((disruption) => {
        const { rto } = objectiveFor(tier, disruption);
        return { dataset, tier, disruption, rto, ...outlookOf(dataset, disruption, rto, of) };
      }),
  );
}

function outlookOf(
  name: string,
  disruption: Disruption,
  rto: Duration,
  { datasets, place, start, restores = timedRestores }: ForecastOf,
): Pick<ForecastRow, 'outlook' | 'rates'> {
  const atOnce = worstCaseRecovery(name, disruption, { datasets }, { mibPerSecond: Infinity });
  if (atOnce === null) return { outlook: { kind: 'unsaid' }, rates: [] };
  // What no speed can keep is broken whatever anybody measures.
  if (atOnce.isLongerThan(rto)) return { outlook: { kind: 'breaks', month: start }, rates: [] };
  const reads = restoresOf(name, disruption, datasets);
  const rates = reads.map((read) => rateOf(read, place, restores));
  const known = rates.filter((rate) => rate !== null);
  if (known.length < rates.length) {
    return { outlook: { kind: 'unmeasured', enough: enoughFor(reads, rto.ms - atOnce.ms) }, rates: [] };
  }
  // One rate for the whole way: the slowest, so that a long way is never promised too much.
  const mibPerSecond = Math.min(...known.map((rate) => rate.mibPerSecond));
  const breaks = firstMonth((months) => {
    const tables = { datasets: grown(datasets, months) };
    return worstCaseRecovery(name, disruption, tables, { mibPerSecond })?.isLongerThan(rto) === true;
  });
  return {
    outlook:
      breaks === null
        ? { kind: 'holds', through: start.plus(horizonMonths) }
        : { kind: 'breaks', month: start.plus(breaks) },
    rates: known,
  };
}

function rateOf({ engine, mechanism }: Restore, place: Place, restores: readonly TimedRestore[]): MeasuredRate | null {
  return mechanism === null ? null : measuredRate({ place, engine, mechanism }, restores);
}

/** MiB/s at which everything is read in the time that the other steps leave, floors included. */
function enoughFor(reads: readonly Restore[], spareMs: number): number | null {
  const mib = reads.reduce((sum, { gib }) => sum + gib * 1024, 0);
  return mib > 0 && spareMs === 0 ? null : (mib * 1000) / Math.max(spareMs, 1);
}

/** @returns months until it is so and stays so, by halves; null where that is beyond the horizon. */
function firstMonth(isSo: (months: number) => boolean): number | null {
  let [before, until] = [-1, horizonMonths + 1];
  while (until - before > 1) {
    const middle = Math.floor((before + until) / 2);
    if (isSo(middle)) until = middle;
    else before = middle;
  }
  return until > horizonMonths ? null : until;
}

/** Nobody counts on a dataset to shrink. */
function grown(datasets: Datasets, months: number): Datasets {
  return Object.fromEntries(
    Object.entries(datasets).map(([name, dataset]) => {
      const { gib, gibPerMonth } = dataset.size;
      return [name, { ...dataset, size: { gib: gib + Math.max(0, gibPerMonth) * months, gibPerMonth } }];
    }),
  );
}
