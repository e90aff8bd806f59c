import { stackOf, type Resource, type Stack } from './resource';
import { holdingOf, tierOf } from './inventory';
import { levels, type Level } from './levels';
import type { Context, Rule } from './rule';
import { numberOf } from './settings';
import { UnknownInput } from './unknown';

/** A breach of a rule by a resource. */
export interface Finding {
  readonly rule: Rule;
  readonly urn: string;
  readonly fact: string;
  readonly level: Exclude<Level, 'off'>;
}

export interface Judgement {
  readonly findings: readonly Finding[];
  /** The input for which the rule waits; null where it has judged. */
  readonly waitsFor: string | null;
}

/** Numbers by rule and name that a configuration has moved. */
export type Settings = (rule: Rule, name: string, tier: Context['tier']) => number | undefined;
const shipped: Settings = () => undefined;

const nothing: Judgement = { findings: [], waitsFor: null };

/** Holds one resource against one rule. What is unknown ends this judgement only, never that of another resource. */
export function judge(rule: Rule, one: Resource, stack: Stack, settings: Settings = shipped): Judgement {
  if (!rule.types.includes(one.type)) return nothing;
  if (rule.ofStores === true && holdingOf(one).kind === 'nothing') return nothing;
  const tier = tierOf(one);
  const level = levels[rule.level][tier];
  if (level === 'off') return nothing;
  const finding = (fact: string): Finding => ({ rule, urn: one.urn, fact, level });
  try {
    const setting: Context['setting'] = (name, of = tier) => numberOf(rule, name, of, settings(rule, name, of));
    const context = { stack, tier, setting };
    return { findings: rule.check(one, context).map(finding), waitsFor: null };
  } catch (error) {
    if (!(error instanceof UnknownInput)) throw error;
    // An input that a rule has forgotten to declare is judged like the dearest.
    const meaning = rule.unknown[error.property] ?? 'violation';
    if (meaning === 'not-applicable') return { findings: [], waitsFor: error.path.join('.') };
    return { findings: [finding(`${error.message}, so nobody can say now that it keeps the promise`)], waitsFor: null };
  }
}

/** For the terminal of whoever opened the pull request: what, where, the way out, and where to read more. */
export function findingText({ rule, urn, fact }: Finding): string {
  const also = rule.references.length === 0 ? '' : ` (elsewhere: ${rule.references.join(', ')})`;
  return [
    `${fact} [${rule.id}]`,
    `  where: ${urn.split('::').at(-1) ?? urn} in stack ${stackOf(urn)}, ${urn}`,
    `  fix: ${rule.fix}`,
    `  why: docs/policy.md#${rule.id}${also}`,
  ].join('\n');
}
