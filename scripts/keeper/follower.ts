import { createPool, type Pool, type PoolOptions, type RowDataPacket } from 'mysql2/promise';
import type { Beat } from '../../recovery/control';
import type { Site } from '../../recovery/sites';
import type { DatabaseSettings } from '../store-settings';

const connectTimeoutMs = 2_000;
const queryTimeoutMs = 3_000;
const undefinedTable = 1146;

const table = `
  CREATE TABLE IF NOT EXISTS heartbeat (
    site VARCHAR(16) PRIMARY KEY,
    epoch INT NOT NULL,
    sequence BIGINT NOT NULL,
    at DATETIME(3) NOT NULL
  )`;

interface Row extends RowDataPacket {
  readonly epoch: number;
  readonly sequence: number;
  readonly at: Date;
}

function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === undefinedTable;
}

/**
 * A database beside the first one (the PMS, on MySQL): it is given the beats that the first one has
 * committed, so that its own loss can be told. Every call ends within a few seconds or throws.
 */
export class Follower {
  private readonly pool: Pool;
  private hasTable = false;

  constructor(settings: DatabaseSettings) {
    const options: PoolOptions = {
      host: settings.host,
      port: settings.port,
      database: settings.name,
      user: settings.user,
      password: settings.password,
      ssl: settings.ca === null ? {} : { ca: settings.ca },
      connectionLimit: 2,
      connectTimeout: connectTimeoutMs,
      timezone: 'Z',
      enableKeepAlive: true,
    };
    this.pool = createPool(options);
  }

  /** Commits a beat that the first database has committed. */
  async note(site: Site, { epoch, sequence, at }: Beat): Promise<void> {
    if (!this.hasTable) await this.pool.query({ sql: table, timeout: queryTimeoutMs });
    this.hasTable = true;
    await this.pool.query({
      sql: `INSERT INTO heartbeat (site, epoch, sequence, at) VALUES (?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE epoch = VALUES(epoch), sequence = VALUES(sequence), at = VALUES(at)`,
      values: [site, epoch, sequence, new Date(at)],
      timeout: queryTimeoutMs,
    });
  }

  /** The newest beat of any site; on a standby the newest that has been replayed. Null before the first. */
  async newestBeat(): Promise<Beat | null> {
    try {
      const sql = 'SELECT epoch, sequence, at FROM heartbeat ORDER BY epoch DESC, at DESC LIMIT 1';
      const [rows] = await this.pool.query<Row[]>({ sql, timeout: queryTimeoutMs });
      const [row] = rows;
      if (row === undefined) return null;
      return { epoch: row.epoch, sequence: row.sequence, at: row.at.toISOString() };
    } catch (error) {
      if (isMissingTable(error)) return null;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
