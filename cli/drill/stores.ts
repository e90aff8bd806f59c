import { createClient } from '@redis/client';
import { Client } from 'pg';
import type { Contract } from '../../recovery/contract';

/** How the drill reaches the stores of a site. */
export interface StoreAccess {
  readonly contract: Contract;
  /** PEM of the authority that signed the servers' certificates. */
  readonly ca: string;
  /** Value of a secret of the site's region. Never logged. */
  readonly secret: (name: string) => Promise<string>;
}

const connectTimeoutMs = 5_000;

/** References of a drill that the site's PostgreSQL holds, with their session. @throws when it cannot be read. */
export async function referencesInDatabase(access: StoreAccess, drill: string): Promise<Set<string>> {
  const database = access.contract.databases.find(({ dataset }) => dataset === 'postgres');
  if (database === undefined) throw new Error(`the contract of site ${access.contract.site} names no database`);
  const client = new Client({
    host: database.host,
    port: database.port,
    database: database.databaseName,
    user: database.user,
    password: passwordIn(await access.secret(database.secret)),
    ssl: { ca: access.ca },
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: 60_000,
  });
  // The server may be killed under us; the query that runs then tells it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const answer = await client.query<{ reference: string }>(
      `SELECT r.reference FROM reservations r JOIN sessions s USING (reference) WHERE r.reference LIKE $1`,
      [`${drill}-%`],
    );
    return new Set(answer.rows.map((row) => row.reference));
  } finally {
    await client.end();
  }
}

/** References of a drill whose session the site's Redis holds. @throws when it cannot be read. */
export async function referencesInCache(access: StoreAccess, drill: string): Promise<Set<string>> {
  const cache = access.contract.caches[0];
  if (cache === undefined) throw new Error(`the contract of site ${access.contract.site} names no cache`);
  const client = createClient({
    socket: {
      host: cache.host,
      port: cache.port,
      tls: true,
      ca: access.ca,
      connectTimeout: connectTimeoutMs,
      reconnectStrategy: false,
    },
    password: passwordIn(await access.secret(cache.secret)),
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = new Set<string>();
    for await (const keys of client.scanIterator({ MATCH: `session:${drill}-*`, COUNT: 1_000 })) {
      for (const key of keys) found.add(key.slice('session:'.length));
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** A secret is the password itself, or a JSON object that holds it under `password`, as RDS writes them. */
export function passwordIn(secret: string): string {
  if (!secret.startsWith('{')) return secret;
  const parsed: unknown = JSON.parse(secret);
  const held = typeof parsed === 'object' && parsed !== null && 'password' in parsed ? parsed.password : undefined;
  if (typeof held !== 'string') throw new Error('a secret holds no password');
  return held;
}
