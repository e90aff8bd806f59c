import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { RestoreTarget } from '../../scripts/engines/engine';
import type { TestPostgres } from './postgres-fixture';

/** What one transaction left, as its own session knows it. */
interface Entry {
  /** Where the log ended after it. */
  readonly lsn: string;
  /** A restore point that was made after it; null for none. */
  readonly restorePoint: string | null;
  /** Between these two instants it was committed. */
  readonly committed: readonly [number, number];
  /** Two histories that differ anywhere differ here. */
  readonly state: string;
}

/** Asked of a restored copy, answers with the state of an entry. */
export const stateQuery = `SELECT md5(string_agg(id || '=' || amount, ',' ORDER BY id)) AS state FROM ledger`;

const stateOf = (amounts: ReadonlyMap<number, number>): string => {
  const lines = [...amounts].sort(([a], [b]) => a - b).map(([id, amount]) => `${String(id)}=${String(amount)}`);
  return createHash('md5').update(lines.join(',')).digest('hex');
};

/** One writer: several rows in one transaction, deletes, transactions that are given up, segments that end in between. */
export class Ledger {
  readonly entries: Entry[] = [];
  private readonly amounts = new Map<number, number>();

  constructor(
    private readonly server: TestPostgres,
    private readonly random: () => number,
  ) {}

  async open(): Promise<void> {
    await this.server.sql('CREATE TABLE ledger (id int PRIMARY KEY, amount int NOT NULL)');
  }

  async write(transactions: number): Promise<void> {
    await this.server.run(async (session) => {
      for (let n = 0; n < transactions; n += 1) {
        await session.query('BEGIN');
        const draft = new Map(this.amounts);
        for (let row = 0; row <= Math.floor(this.random() * 4); row += 1) {
          const id = Math.floor(this.random() * 500);
          if (this.random() < 0.2) {
            await session.query('DELETE FROM ledger WHERE id = $1', [id]);
            draft.delete(id);
          } else await this.set(draft, id, Math.floor(this.random() * 1_000_000), session);
        }
        // No two entries are alike.
        await this.set(draft, 1_000, this.entries.length, session);
        if (this.random() < 0.1) {
          await session.query('ROLLBACK');
          continue;
        }
        const begun = Date.now();
        await session.query('COMMIT');
        const ended = Date.now();
        this.amounts.clear();
        for (const [id, amount] of draft) this.amounts.set(id, amount);
        const { rows } = await session.query<{ lsn: string }>('SELECT pg_current_wal_insert_lsn()::text AS lsn');
        const restorePoint = this.random() < 0.2 ? `after ${String(this.entries.length)}` : null;
        if (restorePoint !== null) await session.query('SELECT pg_create_restore_point($1)', [restorePoint]);
        const lsn = rows[0]?.lsn ?? '';
        this.entries.push({ lsn, restorePoint, committed: [begun, ended], state: stateOf(this.amounts) });
        if (this.random() < 0.03) await session.query('SELECT pg_switch_wal()');
        if (this.random() < 0.3) await pause(this.random() * 30);
      }
    });
  }

  private async set(
    draft: Map<number, number>,
    id: number,
    amount: number,
    session: { query(text: string, values: unknown[]): Promise<unknown> },
  ): Promise<void> {
    const upsert = 'INSERT INTO ledger VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount';
    await session.query(upsert, [id, amount]);
    draft.set(id, amount);
  }

  /**
   * A random target within what was written: a moment to the millisecond, a place in the log, or a restore
   * point. A moment within a commit is not aimed at: the ledger cannot know its side.
   */
  aim(): { target: RestoreTarget; entry: Entry } {
    for (;;) {
      const entry = this.entries[Math.floor(this.random() * (this.entries.length - 1))];
      if (entry === undefined) continue;
      const kind = Math.floor(this.random() * 4);
      if (kind === 0) return { target: { to: 'position', position: entry.lsn }, entry };
      if (kind === 1 && entry.restorePoint !== null) {
        return { target: { to: 'position', position: entry.restorePoint }, entry };
      }
      const [from, to] = [this.entries[0]?.committed[1] ?? 0, this.entries.at(-1)?.committed[0] ?? 0];
      const time = Math.floor(from + this.random() * (to - from));
      if (this.entries.some(({ committed: [begun, ended] }) => begun <= time && time <= ended)) continue;
      const last = this.entries.filter(({ committed }) => committed[1] < time).at(-1);
      if (last !== undefined) return { target: { to: 'time', time: new Date(time) }, entry: last };
    }
  }
}
