import { disruptions, type Disruption } from './disruption';
import type { Duration } from './duration';
import type { Fault } from './fault';
import { alarms } from './faults/alarms';
import type { Check } from './faults/check';
import { copies } from './faults/copies';
import { drills } from './faults/drills';
import { losses } from './faults/losses';
import { procedures } from './faults/procedures';
import { protections } from './faults/protections';
import { recoveries } from './faults/recoveries';
import { references } from './faults/references';
import { runbooks } from './faults/runbooks';
import { schedules } from './faults/schedules';
import { objectiveFor } from './objective';
import type { Objective, Tier } from './tiers';
import { readWorkload } from './workload-reading';
import { worstCaseLoss, type Loss } from './worst-case-loss';
import { worstCaseRecovery } from './worst-case-recovery';
import type { WrittenWorkload } from './written-workload';

/** What a dataset is promised when something has gone wrong, and what the worst case is. */
export interface Prospect {
  readonly objective: Objective;
  readonly loss: Loss;
  /** Null where nobody says how it comes back. */
  readonly recovery: Duration | null;
}

export interface DatasetPlan {
  readonly tier: Tier;
  readonly prospects: Readonly<Record<Disruption, Prospect>>;
}

/** What follows from a workload. */
export interface RecoveryPlan {
  readonly datasets: Readonly<Record<string, DatasetPlan>>;
}

export type Planning =
  | { readonly ok: true; readonly plan: RecoveryPlan; readonly workload: WrittenWorkload }
  | {
      readonly ok: false;
      readonly faults: readonly Fault[];
      readonly plan: RecoveryPlan;
      readonly workload: WrittenWorkload;
    };

const checks: readonly Check[] = [
  references,
  protections,
  schedules,
  copies,
  losses,
  recoveries,
  procedures,
  runbooks,
  alarms,
  drills,
];

/**
 * Holds a workload against the promise.
 * @param given a table of ours, or one in JSON.
 * @returns the plan, or every fault at once; what can be computed in spite of them stands beside.
 */
export function planRecovery(given: unknown): Planning {
  const { workload, at, faults: unreadable } = readWorkload(given);
  const faults = [...unreadable, ...checks.flatMap((check) => check(workload, at))];
  const plan = {
    datasets: Object.fromEntries(Object.keys(workload.datasets).map((name) => [name, planOf(name, workload)])),
  };
  return faults.length === 0 ? { ok: true, plan, workload } : { ok: false, faults, plan, workload };
}

function planOf(name: string, workload: WrittenWorkload): DatasetPlan {
  const tier = workload.datasets[name]?.tier ?? 1;
  const prospect = (disruption: Disruption): Prospect => ({
    objective: objectiveFor(tier, disruption),
    loss: worstCaseLoss(name, disruption, workload),
    recovery: worstCaseRecovery(name, disruption, workload),
  });
  const prospects = Object.fromEntries(disruptions.map((disruption) => [disruption, prospect(disruption)]));
  return { tier, prospects: prospects as Record<Disruption, Prospect> };
}
