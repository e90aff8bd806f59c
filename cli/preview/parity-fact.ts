import { unknownValue } from './unknown';

/** Stands for what only the update will know. */
export const unknownFact = 'known after the update';

/** `[database postgres class, db.m7g.large]`: a name that both sites share, and what it is in one of them. */
export type Fact = readonly [what: string, value: string];

export function fact(what: string, value: unknown): Fact {
  if (value === unknownValue) return [what, unknownFact];
  return [what, typeof value === 'string' ? value : JSON.stringify(value ?? 'nothing')];
}
