import { types } from 'pg';
import type { Census } from '../../catalogue/census';
import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';
import { postgresProgram } from '../../programs/server-programs';
import type { Damage, OpenedCopy, Work } from '../engine';
import { countTables, exactCensus, inSnapshot } from './counting';
import { foreignKeyDamages, structureDamages } from './copy-checks';
import { withSession } from './session';
import { controlData, ThrowAwayServer } from './throw-away-server';

/** A restored cluster, open to us alone. */
export class PostgresCopy implements OpenedCopy {
  private constructor(
    private server: ThrowAwayServer,
    private readonly folder: string,
    private readonly database: string,
    readonly reached: Date | null,
    private readonly work: Work,
  ) {}

  static async open(
    { data, server: folder }: { data: string; server: string },
    { database, reached, work }: { database: string; reached: Date | null; work: Work },
  ): Promise<PostgresCopy> {
    const server = await started(data, folder, work);
    return new PostgresCopy(server, folder, database, reached, work);
  }

  async census(): Promise<Census> {
    return withSession(this.access(), (session) =>
      inSnapshot(session, async () => exactCensus(await countTables(session), this.work.now())),
    );
  }

  /** Checksums of the pages at rest, then indexes and tables by amcheck, then every foreign key. */
  async check(): Promise<Damage[]> {
    const step = this.work.progress.begin('checking the restored state', null);
    try {
      const damages = await this.checksumDamages();
      const { rows } = await withSession(this.access('postgres'), (session) =>
        session.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datallowconn ORDER BY 1'),
      );
      for (const { name } of rows) {
        damages.push(...(await withSession(this.access(name), (session) => structureDamages(session, name))));
        damages.push(...(await withSession(this.access(name), (session) => foreignKeyDamages(session, name))));
      }
      return damages;
    } finally {
      step.end();
    }
  }

  async query(text: string): Promise<Record<string, unknown>[]> {
    return withSession(this.access(), async (session) => {
      // Within a restored state nothing may be changed by looking at it.
      await session.query("SET default_transaction_read_only = on; SET timezone = 'UTC'");
      const { rows } = await session.query<Record<string, unknown>>({ text, types: { getTypeParser: parserOf } });
      return rows;
    });
  }

  async close(): Promise<void> {
    await this.server.stop();
  }

  private access(database = this.database) {
    return { ...this.server.access, database };
  }

  /** Only a stopped server's pages can be read past it; the flip that hits a page's LSN shows nowhere else. */
  private async checksumDamages(): Promise<Damage[]> {
    const { data } = this.server;
    if ((await controlData(data)).get('Data page checksum version') === '0') return [];
    await this.server.stop();
    try {
      const checked = await run(postgresProgram('pg_checksums'), ['--check', '--pgdata', data], {
        expect: [1],
        signal: this.work.signal,
      });
      if (checked.exitCode === 0) return [];
      const named = [...checked.stderr.matchAll(/failed in file "(.*?)", block (\d+)/g)];
      if (named.length === 0) throw new AgenteError('tool-failed', `pg_checksums: ${checked.stderr.trim()}`, 'See it.');
      return named.map(([, file = '', block]) => ({
        what: file.replace(`${data}/`, ''),
        fact: `the checksum of block ${String(block)} is wrong`,
      }));
    } finally {
      this.server = await started(data, this.folder, this.work);
    }
  }
}

async function started(data: string, folder: string, work: Work): Promise<ThrowAwayServer> {
  const server = await ThrowAwayServer.start(data, folder);
  try {
    await server.until('it answered', 'SELECT NOT pg_is_in_recovery()', work.signal);
    return server;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

/** As PostgreSQL numbers its types. */
const [bigint, timestampWithoutZone] = [20, 1114];

/** Counts are numbers, and a time without a zone is UTC and not the zone of whoever runs this. */
function parserOf(oid: number): (text: string) => unknown {
  if (oid === bigint) return Number;
  if (oid === timestampWithoutZone) return (text) => new Date(`${text.replace(' ', 'T')}Z`);
  return (types.getTypeParser as (oid: number) => (text: string) => unknown)(oid);
}
