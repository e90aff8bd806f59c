import { Pool } from 'pg';
import type { Settings } from './settings';

const timeoutMs = 2_000;
const batch = 10;
/** Any constant will do: it keeps tasks that start at the same moment from creating the tables twice. */
const schemaLock = 7_001_209;

const tables = `
  CREATE TABLE IF NOT EXISTS outbox (
    reference text PRIMARY KEY,
    recipient text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at timestamptz,
    sent_by text
  );
`;

export interface Message {
  readonly reference: string;
  readonly recipient: string;
  readonly body: string;
}

/** Outgoing messages in PostgreSQL. None leaves twice. */
export class Outbox {
  private readonly pool: Pool;
  private schema: Promise<void> | null = null;

  constructor(private readonly settings: Settings) {
    const { host, port, name: database, user, password, ca } = settings.database;
    const ssl = ca === null ? true : { ca };
    const limits = { max: 4, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs };
    this.pool = new Pool({ host, port, database, user, password, ssl, ...limits, application_name: 'whatsapp' });
    // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
    this.pool.on('error', () => undefined);
  }

  /** @throws what PostgreSQL throws, also on a standby. */
  async check(): Promise<void> {
    await this.ready();
    await this.pool.query('SELECT 1');
  }

  /** The same reference again is the same message. */
  async put({ reference, recipient, body }: Message): Promise<void> {
    await this.ready();
    await this.pool.query(
      'INSERT INTO outbox (reference, recipient, body) VALUES ($1, $2, $3) ON CONFLICT (reference) DO NOTHING',
      [reference, recipient, body],
    );
  }

  async sentAt(reference: string): Promise<Date | null | undefined> {
    await this.ready();
    const { rows } = await this.pool.query<{ sent_at: Date | null }>(
      'SELECT sent_at FROM outbox WHERE reference = $1',
      [reference],
    );
    return rows[0]?.sent_at;
  }

  /** Sends what waits, oldest first. @returns how many were sent. */
  async flush(send: (message: Message) => void): Promise<number> {
    await this.ready();
    const { rows } = await this.pool.query<Message>(
      `UPDATE outbox SET sent_at = clock_timestamp(), sent_by = $1 WHERE reference IN (
         SELECT reference FROM outbox WHERE sent_at IS NULL ORDER BY created_at LIMIT ${String(batch)} FOR UPDATE SKIP LOCKED
       ) RETURNING reference, recipient, body`,
      [this.settings.site],
    );
    // Written down first: a guest who hears nothing asks, a guest who hears twice comes twice.
    rows.forEach(send);
    return rows.length;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** The tables are made when the database first takes writes. */
  private ready(): Promise<void> {
    this.schema ??= this.makeTables().catch((error: unknown) => {
      this.schema = null;
      throw error;
    });
    return this.schema;
  }

  private async makeTables(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [schemaLock]);
      await client.query(tables);
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      client.release(true);
      throw error;
    }
  }
}
