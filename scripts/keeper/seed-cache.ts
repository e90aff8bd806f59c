import type { KeeperCache } from './cache';
import type { KeeperDatabase } from './database';

const batch = 1_000;

/**
 * Rebuilds a cold cache from the sessions in the database, once per epoch. Locks and holds are not in
 * the database and must not survive a failover.
 * @returns how many sessions were looked at; null when the cache was rebuilt for this epoch before.
 */
export async function seedCache(database: KeeperDatabase, cache: KeeperCache, epoch: number): Promise<number | null> {
  if ((await cache.seededEpoch()) === epoch) return null;
  let count = 0;
  let last = '';
  for (;;) {
    const sessions = await database.sessionsAfter(last, batch);
    await cache.put(sessions);
    count += sessions.length;
    last = sessions.at(-1)?.reference ?? last;
    if (sessions.length < batch) break;
  }
  await cache.markSeeded(epoch);
  return count;
}
