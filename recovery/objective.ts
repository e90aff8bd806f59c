import type { Disruption } from './disruption';
import { duration } from './duration';
import { regionLossObjective, tiers, type Objective, type Tier } from './tiers';

/** What a tier promises when something of a kind has gone wrong. */
export function objectiveFor(tier: Tier, disruption: Disruption): Objective {
  if (disruption === 'region') return regionLossObjective(tier);
  const { rto, rpo } = tiers[tier];
  // The data is not touched, so there is nothing to lose (procedure, scenario 2).
  return { rto, rpo: disruption === 'application' ? duration('0s') : rpo };
}
