import { duration, Duration } from './duration';

/** What must be back by when (RTO), and how much may be missing then (RPO). */
export interface Objective {
  readonly rto: Duration;
  readonly rpo: Duration;
}

export interface TierRow extends Objective {
  readonly name: string;
  readonly priority: 'highest' | 'high' | 'medium' | 'low';
  readonly impact: string;
  readonly justification: readonly string[];
}

/** The closed table of tiers (procedure, "Service Tier Classification"). */
export const tiers = {
  1: {
    name: 'mission critical',
    rto: duration('1h'),
    rpo: duration('15m'),
    priority: 'highest',
    impact: 'complete service outage, revenue loss',
    justification: ['direct revenue impact', 'customer-facing service', 'regulatory requirements'],
  },
  2: {
    name: 'business critical',
    rto: duration('4h'),
    rpo: duration('1h'),
    priority: 'high',
    impact: 'degraded service, manual workarounds possible',
    justification: ['significant user impact', 'business operations affected', 'temporary workarounds available'],
  },
  3: {
    name: 'important',
    rto: duration('24h'),
    rpo: duration('24h'),
    priority: 'medium',
    impact: 'reduced visibility, operational inconvenience',
    justification: ['operational tools', 'no direct user impact', 'can operate without temporarily'],
  },
  4: {
    name: 'non-critical',
    rto: duration('1w'),
    rpo: duration('1w'),
    priority: 'low',
    impact: 'minimal, no production impact',
    justification: ['non-production services', 'no customer impact', 'can be recreated if needed'],
  },
} as const satisfies Record<number, TierRow>;

export type Tier = keyof typeof tiers;

/** A lost region has a row of its own (procedure, scenario 3). */
export const regionLoss: Objective = {
  rto: duration('4h'),
  rpo: duration('15m'),
};

/** In a region loss a dataset is held to the looser of its tier and the region's row. */
export function regionLossObjective(tier: Tier): Objective {
  return {
    rto: Duration.longer(tiers[tier].rto, regionLoss.rto),
    rpo: Duration.longer(tiers[tier].rpo, regionLoss.rpo),
  };
}
