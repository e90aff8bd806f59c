import { Pool } from 'pg';
import { cacheClient } from '../../../scripts/cache-client';
import { within } from '../web/within';
import { ensureSchema } from './schema';
import type { Settings } from './settings';

const connectTimeoutMs = 2_000;
const statementTimeoutMs = 3_000;
const probeTimeoutMs = 1_000;
/** Any key does: the answer shows that its node lives. */
const probeKey = 'agente-api:probe';

export interface Readiness {
  readonly database: 'ok' | 'read-only' | 'down';
  readonly cache: 'ok' | 'down';
}

function pool(settings: Settings, max: number, timeoutMs: number): Pool {
  const { database } = settings;
  const made = new Pool({
    host: database.host,
    port: database.port,
    database: database.name,
    user: database.user,
    password: database.password,
    ssl: database.ca === null ? true : { ca: database.ca },
    max,
    connectionTimeoutMillis: Math.min(connectTimeoutMs, timeoutMs),
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 500,
    keepAlive: true,
    application_name: 'agente-api',
  });
  // An idle connection that breaks is replaced at the next query; without a listener it would end the process.
  made.on('error', () => undefined);
  return made;
}

/** PostgreSQL and Redis as this service uses them. */
export class Stores {
  readonly database: Pool;
  private readonly cacheClient: ReturnType<typeof cacheClient>;
  /** Separate, so that a busy service is not taken for a broken one. */
  private readonly probe: Pool;
  private schema: Promise<void> | null = null;

  constructor(settings: Settings) {
    this.database = pool(settings, 10, statementTimeoutMs);
    this.probe = pool(settings, 1, probeTimeoutMs);
    this.cacheClient = cacheClient(settings.cache);
  }

  get cache(): ReturnType<typeof cacheClient>['cluster'] {
    return this.cacheClient.cluster;
  }

  /** Whether a booking would succeed now. Each store has one second to answer. */
  async readiness(): Promise<Readiness> {
    const [database, cache] = await Promise.all([this.databaseState(), this.cacheState()]);
    return { database, cache };
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.database.end(), this.probe.end(), this.cacheClient.close()]);
  }

  private async databaseState(): Promise<Readiness['database']> {
    try {
      const { rows } = await within(
        probeTimeoutMs,
        'database',
        this.probe.query<{ read_only: boolean }>(
          `SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS read_only`,
        ),
      );
      if (rows[0]?.read_only !== false) return 'read-only';
      await this.schemaReady();
      return 'ok';
    } catch {
      return 'down';
    }
  }

  private async cacheState(): Promise<Readiness['cache']> {
    try {
      await within(probeTimeoutMs, 'cache', this.cache.exists(probeKey));
      return 'ok';
    } catch {
      return 'down';
    }
  }

  /** The tables are made when the database first takes writes: on a standby that is after its promotion. */
  private schemaReady(): Promise<void> {
    this.schema ??= ensureSchema(this.database).catch((error: unknown) => {
      this.schema = null;
      throw error;
    });
    return this.schema;
  }
}
