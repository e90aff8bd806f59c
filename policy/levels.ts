import type { Tier } from '../recovery/tiers';

/** What a breach does to a pull request. */
export type Level = 'mandatory' | 'advisory' | 'off';
export type Levels = Readonly<Record<Tier, Level>>;

/** How hard a rule is, by the tier of what it judges. */
export const levels = {
  /** What loses a recovery point, whatever it was of. */
  always: { 1: 'mandatory', 2: 'mandatory', 3: 'mandatory', 4: 'mandatory' },
  /** What the objectives of a tier need: a day to come back leaves time for much. */
  byTier: { 1: 'mandatory', 2: 'mandatory', 3: 'advisory', 4: 'off' },
  /** What somebody should look at. */
  advice: { 1: 'advisory', 2: 'advisory', 3: 'advisory', 4: 'off' },
} as const satisfies Record<string, Levels>;

export type Strictness = keyof typeof levels;
