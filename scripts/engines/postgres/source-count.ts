import type { ClientConfig } from 'pg';
import type { Census } from '../../catalogue/census';
import { countTables, exactCensus, inSnapshot, type Counted } from './counting';
import { valueOf, withSession, type Session } from './session';

/** What changed so far, by table: rows that came and rows that went since the server's statistics began. */
type Traffic = ReadonlyMap<string, { readonly came: number; readonly went: number }>;

async function trafficOf(session: Session): Promise<Traffic> {
  const { rows } = await session.query<{ name: string; came: string; went: string }>(
    `SELECT schemaname || '.' || relname AS name, n_tup_ins AS came, n_tup_del AS went FROM pg_stat_user_tables`,
  );
  return new Map(rows.map(({ name, came, went }) => [name, { came: Number(came), went: Number(went) }]));
}

const writersSql = `SELECT pg_snapshot_xmax(pg_current_snapshot())::text`;

/** Counts a server that goes on writing, around the moment of a physical backup. */
export class SourceCount {
  private constructor(
    private readonly access: ClientConfig,
    private readonly before: Promise<Counted>,
    private readonly traffic: Traffic,
    private readonly nextTransaction: string,
  ) {}

  /** Fixes the moment at once; the counting itself goes on beside the backup. */
  static async begin(access: ClientConfig): Promise<SourceCount> {
    return new Promise((resolve, reject) => {
      let start: (count: SourceCount) => void = resolve;
      const counted = withSession(access, async (session) => {
        const traffic = await trafficOf(session);
        return inSnapshot(session, async () => {
          const next = await valueOf<string>(session, writersSql);
          start(new SourceCount(access, counted, traffic, next));
          start = () => undefined;
          return countTables(session);
        });
      });
      counted.catch(reject);
    });
  }

  /**
   * Bounds for the moment of the backup, which lies between the two counts. Where no transaction wrote
   * meanwhile, the bounds are one number.
   */
  async end(): Promise<Census> {
    const before = await this.before;
    return withSession(this.access, (session) =>
      inSnapshot(session, async () => {
        const at = await valueOf<Date>(session, 'SELECT clock_timestamp()');
        if ((await valueOf<string>(session, writersSql)) === this.nextTransaction) return exactCensus(before, at);
        const after = await countTables(session);
        const traffic = await trafficOf(session);
        const counts: Census['counts'] = {};
        for (const [name, count] of after.rows) {
          const first = before.rows.get(name) ?? 0;
          const [now, then] = [traffic.get(name), this.traffic.get(name)];
          const came = Math.max(0, (now?.came ?? 0) - (then?.came ?? 0));
          const went = Math.max(0, (now?.went ?? 0) - (then?.went ?? 0));
          const least = Math.max(0, Math.min(first, count) - went);
          counts[name] = { least, most: Math.max(first, count) + (went > 0 ? came : 0) };
        }
        return { version: 1, takenAt: at.toISOString(), counts, newest: before.newest };
      }),
    );
  }
}
