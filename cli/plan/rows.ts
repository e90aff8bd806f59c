import type { Disruption } from '../../recovery/disruption';
import { Duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import { mechanisms } from '../../recovery/mechanisms';
import type { Planning, Prospect } from '../../recovery/plan';
import { backupOf } from '../../recovery/protection';
import { tiers } from '../../recovery/tiers';
import type { WrittenDataset } from '../../recovery/dataset';

/** What a manager asks of each store. */
export interface StoreRow {
  readonly store: string;
  readonly tier: string;
  readonly promise: string;
  readonly data: string;
  readonly zone: string;
  readonly region: string;
  readonly keptBy: string;
  readonly margin: string;
}

export interface ServiceRow {
  readonly service: string;
  readonly tier: string;
  readonly promise: string;
  readonly needs: string;
  readonly region: string;
}

const matter = ['data', 'zone', 'region'] as const satisfies readonly Disruption[];

/** A row for each store: its promise, its worst cases, what keeps it, and how much is left. */
export function storeRows({ plan, workload }: Planning): StoreRow[] {
  return Object.entries(plan.datasets).map(([store, { tier, prospects }]) => ({
    store,
    tier: String(tier),
    promise: promiseOf(tier),
    data: caseOf(prospects.data),
    zone: caseOf(prospects.zone),
    region: caseOf(prospects.region),
    keptBy: keptBy(workload.datasets[store]),
    margin: marginOf(matter.map((disruption) => prospects[disruption])),
  }));
}

/** A row for each service: it is back when the slowest of what it needs is. */
export function serviceRows({ plan, workload }: Planning): ServiceRow[] {
  return Object.entries(workload.services).map(([service, { tier, needs }]) => {
    const waits = (needs ?? []).map((name) => plan.datasets[name]?.prospects.region.recovery ?? null);
    const slowest = waits.reduce((a, b) => (a === null || b === null ? null : Duration.longer(a, b)), Duration.ofMs(0));
    return {
      service,
      tier: String(tier),
      promise: promiseOf(tier),
      needs: needs === null ? 'nobody says' : needs.join(', ') || 'nothing',
      region: needs === null || slowest === null ? 'unknown' : inWords(slowest),
    };
  });
}

function promiseOf(tier: keyof typeof tiers): string {
  const { rto, rpo } = tiers[tier];
  return `${inWords(rpo)} / ${inWords(rto)}`;
}

/** What is lost, and how long it is away. */
function caseOf({ loss, recovery }: Prospect): string {
  return `${loss === 'everything' ? 'everything' : inWords(loss)} / ${recovery === null ? 'unknown' : inWords(recovery)}`;
}

function keptBy(dataset: WrittenDataset | undefined): string {
  const protection = dataset?.protection ?? null;
  if (protection === null) return 'nothing';
  const backup = backupOf(protection);
  const behind = backup === null ? 'nothing' : mechanisms[backup.mechanism].title;
  if (protection.kind === 'replica') return `${mechanisms[protection.mechanism].title}, ${behind}`;
  return protection.kind === 'rebuilt' ? `rebuilt from ${protection.from}, ${behind}` : behind;
}

/** The share of its objective that the tightest worst case leaves, and of what. */
function marginOf(prospects: readonly Prospect[]): string {
  const shares = prospects.flatMap(({ objective, loss, recovery }) => [
    { of: 'loss', share: loss === 'everything' ? -1 : left(loss, objective.rpo) },
    ...(recovery === null ? [] : [{ of: 'time', share: left(recovery, objective.rto) }]),
  ]);
  const tightest = shares.reduce((a, b) => (b.share < a.share ? b : a));
  return tightest.share < 0 ? `broken (${tightest.of})` : `${Math.floor(tightest.share * 100)} % (${tightest.of})`;
}

function left(used: Duration, objective: Duration): number {
  return 1 - used.ms / objective.ms;
}
