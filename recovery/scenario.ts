import type { Duration } from './duration';
import type { Runbook, RunbookStep } from './runbook';

/** Who carries a step out. */
export type Actor = 'observer' | 'failover' | 'guests';

/** One row of a recovery: what is done, who does it, how long it may take, and how one knows it is done. */
export interface Step<Id extends string = string> extends RunbookStep {
  readonly id: Id;
  readonly actor: Actor;
  readonly check: string;
  /** True from the step on after which nobody can go back to the state before. */
  readonly irreversible?: true;
}

/** Bounds that hold for regions on one machine only; no figure for AWS is derived from them. */
export interface LocalBounds {
  readonly rto: Duration;
  readonly firstSuccess: Duration;
  readonly ownWork: Duration;
  /** Largest loss per dataset. */
  readonly rpo: Readonly<Record<string, Duration>>;
}

/** A disaster and the recovery from it. It feeds the drill, the runbook and the model. */
export interface Scenario<Id extends string = string> extends Runbook {
  readonly id: string;
  readonly steps: readonly Step<Id>[];
  readonly local: LocalBounds;
}
