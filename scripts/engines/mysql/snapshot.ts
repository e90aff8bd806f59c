import type { Census } from '../../catalogue/census';
import { openSession, valueOf, type Access, type Session } from './access';
import { countTables } from './census';
import type { Dialect } from './dialect';
import { textOf } from './position';
import { positionNow } from './source-facts';

/** A moment that a dump and a count share, with its place in the log where a lock could hold it still. */
export interface Snapshot {
  /** False where the user may not lock: RDS keeps FLUSH TABLES WITH READ LOCK to itself. */
  readonly locked: boolean;
  /** `end` and `gtids`, when they are exact. */
  readonly positions: Readonly<Record<string, string>>;
  unlock(): Promise<void>;
  count(fresh: readonly string[], at: Date): Promise<Census>;
  /** In a later moment. */
  countAgain(fresh: readonly string[], at: Date): Promise<Census>;
  close(): Promise<void>;
}

const denied = /ER_SPECIFIC_ACCESS_DENIED_ERROR|ER_ACCESS_DENIED_ERROR/;

async function lock(session: Session): Promise<boolean> {
  try {
    // Whoever waits behind a long query must not make everybody wait.
    await session.query('SET lock_wait_timeout = 30');
    await session.query('FLUSH TABLES WITH READ LOCK');
    return true;
  } catch (error) {
    if (denied.test((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function begin(session: Session): Promise<void> {
  await session.query("SET time_zone = '+00:00'");
  await session.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await session.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
}

export async function openSnapshot(access: Access, database: string, dialect: Dialect): Promise<Snapshot> {
  const [locker, counter] = [await openSession(access), await openSession(access)];
  try {
    const locked = await lock(locker);
    await begin(counter);
    const positions = locked
      ? { end: textOf(await positionNow(locker, dialect)), gtids: await valueOf(locker, dialect.gtids) }
      : {};
    return {
      locked,
      positions,
      unlock: async () => {
        if (locked) await locker.query('UNLOCK TABLES');
      },
      count: (fresh, at) => countTables(counter, database, fresh, at),
      countAgain: async (fresh, at) => {
        await counter.query('COMMIT');
        await begin(counter);
        return countTables(counter, database, fresh, at);
      },
      close: () => {
        locker.destroy();
        counter.destroy();
        return Promise.resolve();
      },
    };
  } catch (error) {
    locker.destroy();
    counter.destroy();
    throw error;
  }
}
