import * as fs from 'node:fs';
import { Client, type ClientConfig } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import type { PostgresManaged, PostgresServer } from '../../settings/datasets';

export type Session = Client;

const connectMs = 10_000;

/** How a server is reached over its own socket. */
export function localAccess(
  server: Pick<PostgresServer, 'socketDir' | 'port' | 'user'>,
  database: string,
): ClientConfig {
  return { host: server.socketDir, port: server.port, user: server.user, database };
}

/** How a server that somebody else runs is reached: always by TLS, always checked. */
export function managedAccess(server: PostgresManaged, database = server.database): ClientConfig {
  const { host, port, user, passwordFile, ca } = server;
  const tls = host.startsWith('/')
    ? {}
    : { ssl: { rejectUnauthorized: true, ...(ca === null ? {} : { ca: fs.readFileSync(ca, 'utf8') }) } };
  const password = passwordFile === null ? {} : { password: fs.readFileSync(passwordFile, 'utf8').trim() };
  return { host, port, user, database, ...password, ...tls };
}

export async function withSession<T>(access: ClientConfig, work: (session: Session) => Promise<T>): Promise<T> {
  const session = new Client({ ...access, connectionTimeoutMillis: connectMs, application_name: 'agente-dr' });
  // A server that dies under an idle session is seen by the next query.
  session.on('error', () => undefined);
  try {
    await session.connect();
  } catch (error) {
    throw notReached(access, error);
  }
  try {
    return await work(session);
  } finally {
    await session.end().catch(() => undefined);
  }
}

function notReached({ host = '', port = 0, user = '', database = '' }: ClientConfig, error: unknown): AgenteError {
  const reason = error instanceof Error ? error.message : String(error);
  const hint = /peer authentication/i.test(reason)
    ? `Run as the operating system's user ${user}, or map who you are to it in pg_ident.conf.`
    : 'Check that the server runs and that the settings name its address.';
  return new AgenteError(
    'server-failed',
    `PostgreSQL at ${host}:${port} does not let ${user} into ${database}: ${reason}`,
    hint,
    { cause: error },
  );
}

/** The one value of a query with one row and one column. */
export async function valueOf<T>(session: Session, sql: string, values: unknown[] = []): Promise<T> {
  const answer = await session.query<unknown[]>({ text: sql, values, rowMode: 'array' });
  return answer.rows[0]?.[0] as T;
}
