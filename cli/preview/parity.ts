import { parityExceptions, type ParityException } from '../../recovery/parity-exceptions';
import { databaseDatasets } from '../../recovery/sites';
import { unknownFact } from './parity-fact';
import { parityFacts, storageSize, type Facts } from './parity-facts';
import type { ParityFinding } from './report-schema';
import type { StackPlan } from './stack-plan';

/**
 * Holds the sites against each other as they will be after the change: what takes over must be what it
 * takes over from. Nothing to compare where not both were previewed.
 */
export function parityFindings(
  plans: readonly StackPlan[],
  now: Date,
  exceptions: readonly ParityException[] = parityExceptions,
): ParityFinding[] {
  const [primary, dr] = ['primary', 'dr'].map((stack) => plans.find((plan) => plan.stack === stack));
  if (primary === undefined || dr === undefined) return [];
  const [one, other] = [parityFacts(primary), parityFacts(dr)];
  // A foundation has no stores and no services to compare.
  if (one.size === 0 || other.size === 0) return [];
  const differences = differencesOf(one, other, standsBy([primary, dr]));
  const undeclared = differences.filter(({ what }) => !exceptions.some((exception) => exception.what === what));
  return [...undeclared, ...exceptions.flatMap((exception) => judge(exception, differences, now))];
}

/** The site whose databases follow; dr where none does. */
const standsBy = (plans: readonly StackPlan[]): string =>
  plans.find(({ resources }) => resources.some(({ after }) => after?.['replicateSourceDb'] !== undefined))?.stack ??
  'dr';

const sizes: readonly string[] = databaseDatasets.map(storageSize);

/** Only what stands by may have more, and only of what grows. */
function enough(what: string, one: string, other: string, standby: string): boolean {
  if (!sizes.includes(what)) return false;
  return standby === 'dr' ? Number(other) >= Number(one) : Number(one) >= Number(other);
}

/** What a site has of a name; of a task whose containers it does not know yet, it knows none of these names. */
function factOf(facts: Facts, what: string): string {
  const known = facts.get(what);
  if (known !== undefined) return known;
  const open = [...facts].some(([name, value]) => value === unknownFact && name.endsWith(' ') && what.startsWith(name));
  return open ? unknownFact : 'nothing';
}

function differencesOf(primary: Facts, dr: Facts, standby: string): ParityFinding[] {
  const names = [...new Set([...primary.keys(), ...dr.keys()])].sort();
  return names.flatMap((what) => {
    const [one, other] = [factOf(primary, what), factOf(dr, what)];
    // What only the update will know is compared by the next preview.
    if (one === other || one === unknownFact || other === unknownFact) return [];
    if (enough(what, one, other, standby)) return [];
    return [{ what, fact: `${what} is ${one} in primary and ${other} in dr` }];
  });
}

function judge(
  { what, reason, owner, until }: ParityException,
  differences: readonly ParityFinding[],
  now: Date,
): ParityFinding[] {
  const told = `the exception for ${what} (${reason}; ${owner})`;
  const difference = differences.find((one) => one.what === what);
  if (difference === undefined) return [{ what, fact: `${told} is not needed: the sites do not differ there` }];
  const over = now.toISOString().slice(0, 10) > until;
  return over ? [{ what, fact: `${told} held until ${until}: ${difference.fact}` }] : [];
}
