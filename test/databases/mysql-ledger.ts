import { setTimeout as pause } from 'node:timers/promises';
import type { RestoreTarget } from '../../scripts/engines/engine';
import { database, type TestServer } from './mysql-fixture';

/** What one transaction did, as its own session knows it. */
export interface Entry {
  readonly gtid: string;
  readonly position: string;
  /** Between these two instants it was committed. */
  readonly committed: readonly [number, number];
  /** Sum and count of all amounts after it: two histories that differ anywhere differ here. */
  readonly rows: number;
  readonly sum: number;
}

/** One writer: inserts, changes and deletes, several rows in one transaction at times, log files that end in between. */
export async function writeLedger(server: TestServer, transactions: number, random: () => number): Promise<Entry[]> {
  const entries: Entry[] = [];
  await server.sql(
    `CREATE TABLE IF NOT EXISTS ${database}.ledger (id INT PRIMARY KEY, amount INT NOT NULL) ENGINE=InnoDB`,
  );
  const amounts = new Map<number, number>();
  await server.run(async (session) => {
    for (let n = 0; n < transactions; n++) {
      await session.query('BEGIN');
      for (let row = 0; row <= Math.floor(random() * 4); row++) {
        const id = Math.floor(random() * 500);
        if (random() < 0.2) {
          await session.query(`DELETE FROM ${database}.ledger WHERE id = ${id}`);
          amounts.delete(id);
        } else {
          const amount = Math.floor(random() * 1_000_000);
          await session.query(`REPLACE INTO ${database}.ledger VALUES (${id}, ${amount})`);
          amounts.set(id, amount);
        }
      }
      // Something that changes for certain: an empty transaction leaves no trace in the log.
      await session.query(`REPLACE INTO ${database}.ledger VALUES (1000, ${n})`);
      amounts.set(1_000, n);
      const begin = Date.now();
      await session.query('COMMIT');
      const [[row]] = (await session.query('SELECT @@last_gtid AS gtid')) as unknown as [{ gtid: string }[]];
      const [[at]] = (await session.query('SHOW MASTER STATUS')) as unknown as [{ File: string; Position: number }[]];
      const sum = [...amounts.values()].reduce((total, amount) => total + amount, 0);
      entries.push({
        gtid: row?.gtid ?? '',
        position: `${at?.File ?? ''}:${at?.Position ?? 0}`,
        committed: [begin, Date.now()],
        rows: amounts.size,
        sum,
      });
      if (random() < 0.02) await session.query('FLUSH BINARY LOGS');
      if (random() < 0.3) await pause(random() * 60);
    }
  });
  return entries;
}

export const stateQuery = 'SELECT COUNT(*) AS n, CAST(SUM(amount) AS SIGNED) AS total FROM ledger';

/** A target and the entry that it must end at. */
export interface Aim {
  readonly target: RestoreTarget;
  readonly entry: Entry;
}

/**
 * A random target inside the ledger: by GTID, by position, or by a whole second, which is what MariaDB's log
 * knows. An entry whose commit crosses the second is not aimed at: the ledger cannot know its side.
 */
export function aim(entries: readonly Entry[], random: () => number): Aim {
  for (;;) {
    const entry = entries[1 + Math.floor(random() * (entries.length - 2))] as Entry;
    const kind = Math.floor(random() * 3);
    if (kind === 0) return { target: { to: 'position', position: entry.gtid }, entry };
    if (kind === 1) return { target: { to: 'position', position: entry.position }, entry };
    const time = Math.ceil(entry.committed[1] / 1_000) * 1_000;
    const last = entries.filter(({ committed }) => committed[0] < time).at(-1);
    const next = entries.find(({ committed }) => committed[0] >= time);
    if (last === undefined || next === undefined || last.committed[1] >= time) continue;
    return { target: { to: 'time', time: new Date(time) }, entry: last };
  }
}

/** mulberry32: the seed that a failure prints makes the same run again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
