import { createPool, type Pool, type PoolConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseSettings } from '../../../scripts/store-settings';
import { within } from '../web/within';
import { tables } from './schema';

const connectTimeoutMs = 2_000;
const probeTimeoutMs = 1_000;

type Readiness = 'ok' | 'read-only' | 'down';

/** MySQL as this service uses it. */
export class Database {
  private readonly pool: Pool;
  private schema: Promise<void> | null = null;

  constructor({ name, ca, ...door }: DatabaseSettings) {
    this.pool = createPool({
      ...door,
      database: name,
      ssl: ca === null ? {} : { ca },
      connectionLimit: 10,
      connectTimeout: connectTimeoutMs,
      // A night is a date, whatever zone the server or this process is in.
      dateStrings: true,
      timezone: 'Z',
      enableKeepAlive: true,
    });
  }

  async rows<T>(sql: string, values: readonly (string | number)[]): Promise<T[]> {
    const [rows] = await this.pool.query<RowDataPacket[]>(sql, [...values]);
    return rows as T[];
  }

  /** All of it or nothing. */
  async transaction(work: (connection: PoolConnection) => Promise<void>): Promise<void> {
    const connection = await this.pool.getConnection();
    try {
      await connection.beginTransaction();
      await work(connection);
      await connection.commit();
      connection.release();
    } catch (error) {
      // Its transaction ends with it, whatever state it is in.
      connection.destroy();
      throw error;
    }
  }

  /** Whether a booking would succeed now. */
  async readiness(): Promise<Readiness> {
    try {
      const sql = 'SELECT @@global.read_only AS readOnly';
      const [row] = await within(probeTimeoutMs, 'database', this.rows<{ readOnly: number }>(sql, []));
      if (row?.readOnly !== 0) return 'read-only';
      await this.schemaReady();
      return 'ok';
    } catch {
      return 'down';
    }
  }

  close(): Promise<void> {
    return this.pool.end();
  }

  /** The tables are made when the database first takes writes: on a standby that is after its promotion. */
  private schemaReady(): Promise<void> {
    this.schema ??= this.makeTables().catch((error: unknown) => {
      this.schema = null;
      throw error;
    });
    return this.schema;
  }

  private async makeTables(): Promise<void> {
    for (const table of tables) await this.pool.query(table);
  }
}
