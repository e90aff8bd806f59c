import type { Disruption } from './disruption';
import type { Duration } from './duration';
import type { Objective } from './tiers';

/** What a step is to a recovery. `protect` comes after it: the guests are back already. */
export const stepParts = ['detect', 'decide', 'prepare', 'restore', 'replay', 'verify', 'redirect', 'protect'] as const;
export type StepPart = (typeof stepParts)[number];

export interface RunbookStep {
  readonly id: string;
  readonly title: string;
  readonly part: StepPart;
  readonly budget: Duration;
}

/** The steps of a recovery in their order, and what they must keep. */
export interface Runbook {
  readonly title: string;
  readonly disruption: Disruption;
  readonly objective: Objective;
  readonly steps: readonly RunbookStep[];
  /** What its page says is lost; null when it leaves that to the calculus. */
  readonly loss: Duration | null;
}
