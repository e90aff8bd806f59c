import type { Tier } from '../recovery/tiers';
import type { Strictness } from './levels';
import type { Resource, Stack } from './resource';

export const groups = [
  'rds',
  'elasticache',
  's3',
  'backup',
  'kms',
  'secrets',
  'iam',
  'ecs',
  'elb',
  'vpc',
  'watch',
  'route53',
  'efs',
  'scheduler',
  'independence',
  'promise',
] as const;
export type Group = (typeof groups)[number];

/** What it means when an input is known only after the update. */
export type WhenUnknown =
  /** Nobody can say that it is right, so it is not. */
  | 'violation'
  /** The rule waits: it judges again during the update, before the resource is made, and says so now. */
  | 'not-applicable';

/** A number for each tier. */
export type ByTier = Readonly<Record<Tier, number>>;

/** A number that a check compares with. A pack's configuration may ask for more than is promised, and never for less. */
export interface Setting {
  /** Empty for a count, which its name says. */
  readonly unit: string;
  /** On which side of the promise a configuration may lie. */
  readonly bound: 'at least' | 'at most';
  /** What is held where nobody configures; from recovery/, where that has it. */
  readonly promised: ByTier;
}

export interface Context {
  /** The resource alone while it is registered; with all others once the stack is complete. */
  readonly stack: Stack;
  readonly tier: Tier;
  /** A number of the rule, for the tier of what is judged or of what that speaks for. */
  readonly setting: (name: string, tier?: Tier) => number;
}

/**
 * One mistake that costs a recovery. It is a pure function: it knows neither an engine nor a clock.
 * A check returns a sentence for every breach, with the number that is and the one that was promised.
 */
export interface Rule {
  readonly id: `dr-${string}`;
  readonly group: Group;
  /** What must hold, in one sentence. */
  readonly title: string;
  /**
   * `resource`: decidable by what the program says of one resource, and therefore before it is made.
   * `stack`: needs the others too.
   */
  readonly scope: 'resource' | 'stack';
  readonly types: readonly string[];
  /** True: nothing is asked of what the inventory says holds nothing. */
  readonly ofStores?: true;
  readonly level: Strictness;
  /** Every input that is read, also of the resources beside it, by name. */
  readonly unknown: Readonly<Record<string, WhenUnknown>>;
  readonly settings?: Readonly<Record<string, Setting>>;
  /** What to write instead. */
  readonly fix: string;
  /** The same concern in other packs, for auditors. */
  readonly references: readonly string[];
  readonly check: (one: Resource, context: Context) => readonly string[];
}

/** The sentence where it is so. */
export const when = (isSo: boolean, fact: string): readonly string[] => (isSo ? [fact] : []);
