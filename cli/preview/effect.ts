/** What a change does to recovery, the loudest first. */
export const effects = ['data-at-risk', 'objective', 'window', 'harmless'] as const;
export type Effect = (typeof effects)[number];

export const effectTitles: Readonly<Record<Effect, string>> = {
  'data-at-risk': 'Data at risk',
  objective: 'An objective may change',
  window: 'Needs a window',
  harmless: 'Harmless to recovery',
};

/** Judges one property by what it was and what it will be. */
export type Rule = Effect | ((before: unknown, after: unknown) => Effect);

/**
 * What a type is to recovery. It decides about a deletion, a replacement, and every property that has no
 * rule of its own:
 * - `data` holds what must survive;
 * - `guard` keeps a promise about it: a copy, a lock, a schedule, an alarm, a right;
 * - `server` serves: without it guests wait;
 * - `plain` is none of that.
 */
export type Kind = 'data' | 'guard' | 'server' | 'plain';

export interface TypeEffects {
  readonly kind: Kind;
  readonly properties: Readonly<Record<string, Rule>>;
}

export const worse = (a: Effect, b: Effect): Effect => (effects.indexOf(a) <= effects.indexOf(b) ? a : b);

/** Less of it loses copies, more of it only moves an objective. */
export const lessIsLoss: Rule = (before, after) =>
  typeof after === 'number' && typeof before === 'number' && after > before ? 'objective' : 'data-at-risk';

/** A protection that is on and goes off. */
export const offIsLoss: Rule = (_before, after) => (after === true ? 'harmless' : 'data-at-risk');

/** A danger that is off and goes on. */
export const onIsLoss: Rule = (_before, after) => (after === true ? 'data-at-risk' : 'harmless');
