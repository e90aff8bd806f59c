import type { Engine } from '../recovery/dataset';
import { AgenteError } from '../recovery/errors';
import type { Tier } from '../recovery/tiers';
import { workload, type Workload } from '../recovery/workload';
import { inDays } from './needs';
import type { ByTier, Rule, Setting } from './rule';

const everyTier = (value: number | ByTier): ByTier =>
  typeof value === 'number' ? { 1: value, 2: value, 3: value, 4: value } : value;

export const atLeast = (unit: string, promised: number | ByTier): Setting => ({
  unit,
  bound: 'at least',
  promised: everyTier(promised),
});

export const atMost = (unit: string, promised: number | ByTier): Setting => ({
  unit,
  bound: 'at most',
  promised: everyTier(promised),
});

const datasets: Workload['datasets'] = workload.datasets;

/**
 * Days in which damage to each dataset of these engines may go unnoticed: by tier the fewest, because what a dataset
 * promises beyond that is asked of its own store besides.
 */
export function noticedDays(...engines: readonly Engine[]): ByTier {
  const own = Object.values(datasets).filter(({ engine }) => engines.includes(engine));
  const fewest = (rows: typeof own): number =>
    rows.reduce((least, { noticedWithin }) => Math.min(least, inDays(noticedWithin)), Infinity);
  const of = (tier: Tier): number => {
    const rows = own.filter((row) => row.tier === tier);
    return fewest(rows.length === 0 ? own : rows);
  };
  return { 1: of(1), 2: of(2), 3: of(3), 4: of(4) };
}

/**
 * What a rule holds a tier to.
 * @param configured by the pack's configuration; undefined where it says nothing
 * @throws AgenteError config-invalid for less than is promised
 */
export function numberOf(
  { id, settings = {} }: Pick<Rule, 'id' | 'settings'>,
  name: string,
  tier: Tier,
  configured: number | undefined,
): number {
  const setting = settings[name];
  if (setting === undefined) throw new RangeError(`rule ${id} has no setting ${name}`);
  const promised = setting.promised[tier];
  if (configured === undefined) return promised;
  if (setting.bound === 'at least' ? configured >= promised : configured <= promised) return configured;
  throw new AgenteError(
    'config-invalid',
    `${id}.${name} of tier ${tier} is ${configured}, and ${setting.bound} ${promised} are promised`,
    'A configuration can only be stricter than recovery/; what is promised is changed there.',
  );
}
