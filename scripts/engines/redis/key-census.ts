import type { Census } from '../../catalogue/census';
import { changesIn, keysIn } from './key-export';
import type { CacheNode } from './nodes';

interface Counted {
  readonly keys: ReadonlyMap<string, number>;
  readonly changes: number;
}

/** Keys by database, over all servers, and how much they have changed in all their life. */
export async function countKeys(nodes: readonly CacheNode[]): Promise<Counted> {
  const keys = new Map<string, number>();
  let changes = 0;
  for (const { client } of nodes) {
    for (const [name, count] of await keysIn(client)) keys.set(name, (keys.get(name) ?? 0) + count);
    changes += await changesIn(client);
  }
  return { keys, changes };
}

/** Nobody stands still for an export: each change may have added a key or taken one. */
export function intervals(before: Counted, after: Counted, at: Date): Census {
  // A snapshot of the service meanwhile sets the count of changes back; then it says nothing.
  const changes = after.changes >= before.changes ? after.changes - before.changes : after.changes;
  const names = new Set(['db0', ...before.keys.keys(), ...after.keys.keys()]);
  const counts = [...names].map((name) => {
    const keys = before.keys.get(name) ?? 0;
    return [name, { least: Math.max(0, keys - changes), most: keys + changes }] as const;
  });
  return { version: 1, takenAt: at.toISOString(), counts: Object.fromEntries(counts), newest: {} };
}
