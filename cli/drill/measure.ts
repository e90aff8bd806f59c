import type { DrillResult } from '../../recovery/drill-result';
import type { Dataset } from '../../recovery/dataset';
import { workload } from '../../recovery/workload';
import { regionLossObjective } from '../../recovery/tiers';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { referenceOf, type Try } from './ledger';
import { firstSuccessAt, lossOf, perSecond, type Loss } from './meter';
import type { StepRun } from './failover-process';
import { boundsOf } from './verdict';

/** What the observer and the failover noted. Instants are Unix ms. */
export interface Clock {
  readonly faultAt: number;
  /** Third failed booking in a row. */
  readonly outageAt: number | null;
  readonly recoveredAt: number | null;
}

/** Seconds between two instants (Unix ms), to the millisecond; null when one of them never came. */
function secondsBetween(from: number | null, to: number | null | undefined): number | null {
  return from === null || to === null || to === undefined ? null : Math.max(0, to - from) / 1_000;
}

export function measuredRto(
  clock: Clock,
  tries: readonly Try[],
  steps: ReadonlyMap<string, StepRun>,
): DrillResult['rto'] {
  const redirect = steps.get('redirect');
  const signalAt = redirect?.state === 'done' ? redirect.endedAt : null;
  return {
    seconds: secondsBetween(clock.faultAt, clock.recoveredAt),
    firstSuccessSeconds: secondsBetween(clock.faultAt, firstSuccessAt(tries, clock.faultAt, 'dr')),
    ownWorkSeconds: secondsBetween(clock.outageAt, signalAt),
    ...boundsOf(regionLossScenario),
  };
}

/** The scenario's steps as they went; the first one is the observer's. */
export function measuredSteps(clock: Clock, runs: ReadonlyMap<string, StepRun>): DrillResult['steps'] {
  const detect: StepRun | undefined =
    clock.outageAt === null
      ? undefined
      : { id: 'detect', startedAt: clock.faultAt, endedAt: clock.outageAt, state: 'done', detail: '' };
  return regionLossScenario.steps.map((step) => {
    const run = step.id === 'detect' ? detect : runs.get(step.id);
    return {
      id: step.id,
      title: step.title,
      budgetSeconds: step.budget.seconds,
      startSeconds: run === undefined ? null : (run.startedAt - clock.faultAt) / 1_000,
      seconds: run === undefined ? null : secondsBetween(run.startedAt, run.endedAt),
      outcome: run === undefined ? ('not-reached' as const) : outcomeOf(run),
    };
  });
}

function outcomeOf(run: StepRun): 'done' | 'failed' {
  // A step that is still running when its orchestrator has ended did not succeed.
  return run.state === 'done' ? 'done' : 'failed';
}

/** What is known of a store whose loss is not counted in bookings. */
export type Measured = Readonly<Record<string, Loss>>;

/** References that each store of the recovered site holds. */
export type Holdings = Readonly<Record<string, ReadonlySet<string>>>;

export function measuredStores(
  drill: string,
  clock: Clock,
  tries: readonly Try[],
  holdings: Holdings,
  measured: Measured,
): DrillResult['stores'] {
  const datasets: Readonly<Record<string, Dataset>> = workload.datasets;
  return Object.entries(datasets).flatMap(([name, dataset]) => {
    const present = holdings[name];
    const counted = (held: ReadonlySet<string>): Loss =>
      lossOf(tries, 'primary', clock.faultAt, held, (entry) => referenceOf(drill, entry.sequence));
    const loss = measured[name] ?? (present === undefined ? null : counted(present));
    if (loss === null) return [];
    return {
      name,
      engine: dataset.engine,
      ...loss,
      objectiveSeconds: regionLossObjective(dataset.tier).rpo.seconds,
      localBoundSeconds: regionLossScenario.local.rpo[name]?.seconds ?? 0,
    };
  });
}

/** Bookings that the recovered site itself acknowledged and does not hold, per store. */
export function missingAfterRecovery(drill: string, tries: readonly Try[], holdings: Holdings): Record<string, number> {
  const taken = tries.filter((entry) => entry.site === 'dr').map((entry) => referenceOf(drill, entry.sequence));
  return Object.fromEntries(
    Object.entries(holdings).map(([store, present]) => [
      store,
      taken.filter((reference) => !present.has(reference)).length,
    ]),
  );
}

/** From 20 s before the fault to the last second whose bookings have all ended. */
export function measuredTimeline(clock: Clock, tries: readonly Try[]): DrillResult['timeline'] {
  const last = tries.reduce((latest, entry) => Math.max(latest, entry.endedAt), clock.faultAt);
  return perSecond(tries, clock.faultAt, -20, Math.floor((last - clock.faultAt) / 1_000) - 2);
}
