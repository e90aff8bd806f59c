import type { Duration } from './duration';
import type { Tier } from './tiers';

/** A recovery that is practised, and how often. */
export interface DrillPlan {
  readonly title: string;
  /** Tiers whose recovery time it measures. */
  readonly tiers: readonly Tier[];
  readonly every: Duration;
}
