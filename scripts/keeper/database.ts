import { Pool } from 'pg';
import type { Beat } from '../../recovery/control';
import type { Site } from '../../recovery/sites';
import type { DatabaseSettings } from '../store-settings';

const connectTimeoutMs = 2_000;
const statementTimeoutMs = 3_000;
const undefinedTable = '42P01';

/** A session that is still valid, as the cache holds it. */
export interface Session {
  readonly reference: string;
  readonly data: string;
  readonly expiresAt: Date;
}

const table = `
  CREATE TABLE IF NOT EXISTS heartbeat (
    site text PRIMARY KEY,
    epoch integer NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz NOT NULL
  )`;

function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === undefinedTable;
}

/** The site's first database, PostgreSQL, as the keeper uses it. Every call ends within a few seconds or throws what PostgreSQL throws. */
export class KeeperDatabase {
  private readonly pool: Pool;
  private hasTable = false;

  constructor(settings: DatabaseSettings) {
    this.pool = new Pool({
      host: settings.host,
      port: settings.port,
      database: settings.name,
      user: settings.user,
      password: settings.password,
      ssl: settings.ca === null ? true : { ca: settings.ca },
      max: 2,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      query_timeout: statementTimeoutMs + 500,
      keepAlive: true,
      application_name: 'agente-keeper',
    });
    // A connection that breaks while idle is replaced at the next query.
    this.pool.on('error', () => undefined);
  }

  async isStandby(): Promise<boolean> {
    const { rows } = await this.pool.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
    return rows[0]?.standby === true;
  }

  /** Commits the next beat. It is in the database before anybody hears of it. */
  async beat(site: Site, epoch: number, at: Date): Promise<Beat> {
    if (!this.hasTable) await this.pool.query(table);
    this.hasTable = true;
    const { rows } = await this.pool.query<{ sequence: string }>(
      `INSERT INTO heartbeat AS h (site, epoch, sequence, at) VALUES ($1, $2, 1, $3)
       ON CONFLICT (site) DO UPDATE SET epoch = $2, sequence = h.sequence + 1, at = $3 RETURNING sequence`,
      [site, epoch, at],
    );
    return { epoch, sequence: Number(rows[0]?.sequence), at: at.toISOString() };
  }

  /** The newest beat of any site; on a standby the newest that has been replayed. Null before the first. */
  async newestBeat(): Promise<Beat | null> {
    try {
      const { rows } = await this.pool.query<{ epoch: number; sequence: string; at: Date }>(
        'SELECT epoch, sequence, at FROM heartbeat ORDER BY epoch DESC, at DESC LIMIT 1',
      );
      const row = rows[0];
      if (row === undefined) return null;
      return { epoch: row.epoch, sequence: Number(row.sequence), at: row.at.toISOString() };
    } catch (error) {
      if (isMissingTable(error)) return null;
      throw error;
    }
  }

  /**
   * Makes the database refuse writes, now and after a restart, and ends the sessions that were opened
   * before. For the owner of the database, because RDS gives nobody ALTER SYSTEM.
   */
  async makeReadOnly(): Promise<void> {
    const { rows } = await this.pool.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
    await this.changeForAll(`ALTER DATABASE ${rows[0]?.name ?? ''} SET default_transaction_read_only = on`);
  }

  /**
   * Takes back what `makeReadOnly` did. It is a row of a catalogue, so a standby that was still
   * connected when its source was fenced has replayed it, and would refuse writes after its promotion.
   * @returns false when there was nothing to take back.
   */
  async allowWrites(): Promise<boolean> {
    const { rows } = await this.pool.query<{ name: string }>(
      `SELECT quote_ident(datname) AS name FROM pg_database d JOIN pg_db_role_setting s ON s.setdatabase = d.oid
       WHERE datname = current_database() AND setrole = 0 AND 'default_transaction_read_only=on' = ANY (setconfig)`,
    );
    const [row] = rows;
    if (row === undefined) return false;
    await this.changeForAll(`ALTER DATABASE ${row.name} RESET default_transaction_read_only`);
    return true;
  }

  /** Valid sessions in the order of their references, `count` after the one named. */
  async sessionsAfter(reference: string, count: number): Promise<Session[]> {
    try {
      const { rows } = await this.pool.query<{ reference: string; data: string; expires_at: Date }>(
        `SELECT reference, data::text AS data, expires_at FROM sessions
         WHERE reference > $1 AND expires_at > now() ORDER BY reference LIMIT $2`,
        [reference, count],
      );
      return rows.map((row) => ({ reference: row.reference, data: row.data, expiresAt: row.expires_at }));
    } catch (error) {
      if (isMissingTable(error)) return [];
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** Changes a setting of the database and ends all sessions: they take settings when they open. */
  private async changeForAll(statement: string): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('SET default_transaction_read_only = off');
      await client.query(statement);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()`,
      );
    } finally {
      // This session has a setting of its own now.
      client.release(true);
    }
  }
}
