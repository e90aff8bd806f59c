import type { Census } from '../catalogue/census';
import type { Check } from '../catalogue/validation';

/** A restored state against what its source held in the same snapshot, table by table. */
export function compareCounts(expected: Census | null, found: Census): Check {
  if (expected === null) return { name: 'rows', status: 'left-out', fact: 'the source was not counted' };
  const wrong = Object.entries(expected.counts).flatMap(([table, { least, most }]) => {
    const count = found.counts[table]?.least;
    if (count === undefined) return [`${table} is missing`];
    if (count >= least && count <= most) return [];
    return [`${table} has ${String(count)} rows, its source had ${range(least, most)}`];
  });
  const extra = Object.keys(found.counts).filter((table) => !(table in expected.counts));
  wrong.push(...extra.map((table) => `${table} was not in the source`));
  if (wrong.length > 0) return { name: 'rows', status: 'failed', fact: wrong.join('; ') };
  const rows = Object.values(found.counts).reduce((sum, { least }) => sum + least, 0);
  return {
    name: 'rows',
    status: 'passed',
    fact: `${String(rows)} in ${String(Object.keys(found.counts).length)} tables, as in the source`,
  };
}

const range = (least: number, most: number): string =>
  least === most ? String(least) : `${String(least)} to ${String(most)}`;

/** The newest row of each table that knows when it was made, against the source's. */
export function compareNewest(expected: Census | null, found: Census): Check {
  const tables = Object.entries(expected?.newest ?? {});
  if (tables.length === 0) return { name: 'newest', status: 'left-out', fact: 'no table has created_at' };
  const older = tables.flatMap(([table, newest]) => {
    const restored = found.newest[table] ?? null;
    if (newest === null || (restored !== null && Date.parse(restored) >= Date.parse(newest))) return [];
    return [`${table} ends at ${restored ?? 'nothing'}, its source reached ${newest}`];
  });
  if (older.length > 0) return { name: 'newest', status: 'failed', fact: older.join('; ') };
  return {
    name: 'newest',
    status: 'passed',
    fact: tables.map(([table]) => `${table} ${found.newest[table] ?? 'empty'}`).join(', '),
  };
}
