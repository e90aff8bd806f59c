import type { DrillResult } from '../../recovery/drill-result';
import type { Scenario } from '../../recovery/scenario';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';

/** Fewer bookings per second than this before the fault, and the loss would be measured too coarsely. */
export const leastBookingsPerSecond = 100;

/** What a verdict is made of, beside the measured figures. */
export interface Evidence {
  /** Why the region is not believed to be destroyed; empty when it is. */
  readonly spared: readonly string[];
  /** What the failover said when it ended, or null when it ended well or was not reached. */
  readonly failoverError: string | null;
  /** Bookings that the recovered site acknowledged and does not hold, per store. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Every reason for which a drill has failed; none when it has passed. */
export function reasonsToFail(
  measured: Pick<DrillResult, 'rto' | 'stores' | 'steps' | 'load'>,
  evidence: Evidence,
): string[] {
  return [
    ...loadFaults(measured.load),
    ...(evidence.spared.length > 0
      ? [`nothing was destroyed: ${evidence.spared.join('; ')}`]
      : [
          ...stepFaults(measured.steps, evidence.failoverError),
          ...timeFaults(measured.rto),
          ...storeFaults(measured.stores),
        ]),
    ...Object.entries(evidence.missing)
      .filter(([, count]) => count > 0)
      .map(([store, count]) => `${store} does not hold ${String(count)} bookings that the recovered site acknowledged`),
  ];
}

function loadFaults(load: DrillResult['load']): string[] {
  if (load.bookingsPerSecond >= leastBookingsPerSecond) return [];
  return [
    `only ${load.bookingsPerSecond.toFixed(1)} bookings/s before the fault, ${String(leastBookingsPerSecond)} are needed to measure a loss`,
  ];
}

function stepFaults(steps: DrillResult['steps'], error: string | null): string[] {
  const bad = steps.filter((step) => step.outcome !== 'done');
  const first = bad[0];
  if (first === undefined) return error === null ? [] : [`the failover did not end well: ${error}`];
  const what = first.outcome === 'failed' ? 'failed' : 'was not reached';
  return [`step ${first.id} ${what}${error === null ? '' : `: ${error}`}`];
}

function timeFaults(rto: DrillResult['rto']): string[] {
  const checks = [
    ['bookings were back', rto.seconds, rto.localBoundSeconds],
    ['the first booking succeeded', rto.firstSuccessSeconds, rto.firstSuccessBoundSeconds],
    ['our own work took', rto.ownWorkSeconds, rto.ownWorkBoundSeconds],
  ] as const;
  return checks.flatMap(([what, seconds, bound]) => {
    if (seconds === null) return [`${what}: never measured, the bound is ${String(bound)} s`];
    return seconds <= bound
      ? []
      : [`${what} ${what.startsWith('our') ? '' : 'after '}${seconds.toFixed(1)} s, the bound is ${String(bound)} s`];
  });
}

function storeFaults(stores: DrillResult['stores']): string[] {
  const unmeasured = Object.keys(regionLossScenario.local.rpo).filter((name) =>
    stores.every((store) => store.name !== name),
  );
  const above = stores.filter((store) => store.lostSeconds > store.localBoundSeconds);
  return [
    ...unmeasured.map((name) => `the loss of ${name} was not measured`),
    ...above.map(
      ({ name, lost, lostSeconds, localBoundSeconds }) =>
        `${name} lost ${String(lost)} writes of ${lostSeconds.toFixed(1)} s, the bound is ${String(localBoundSeconds)} s`,
    ),
  ];
}

/** Bounds of a scenario as a result carries them. */
export function boundsOf(
  scenario: Scenario,
): Omit<DrillResult['rto'], 'seconds' | 'firstSuccessSeconds' | 'ownWorkSeconds'> {
  return {
    objectiveSeconds: scenario.objective.rto.seconds,
    localBoundSeconds: scenario.local.rto.seconds,
    firstSuccessBoundSeconds: scenario.local.firstSuccess.seconds,
    ownWorkBoundSeconds: scenario.local.ownWork.seconds,
  };
}
