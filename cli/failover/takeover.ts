import type { Contract } from '../../recovery/contract';
import type { Journal } from '../../scripts/control/journal';
import type { Ground } from './ground';
import type { View } from './view';

/** A failover that is under way: what every step works with. */
export interface Takeover {
  readonly ground: Ground;
  readonly journal: Journal;
  readonly view: View;
  /** The contract of the standby, before the promotion. */
  readonly contract: Contract;
  /** The other site still gave signs of life and was given up by name. */
  readonly declaredLost: boolean;
  /** This step was begun before by an orchestrator that did not end it. */
  readonly resumed: boolean;
  /** Aborted when the lease is lost or the operator cancels. */
  readonly signal: AbortSignal;
}

/** Carries a step out. @returns what to tell about it. */
export type StepWork = (takeover: Takeover) => Promise<string>;
