import * as fs from 'node:fs';
import * as path from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { AgenteError } from '../../../recovery/errors';
import type { MysqlManaged, MysqlServer } from '../../settings/datasets';
import type { Dialect } from './dialect';

/** How a server is reached: over its own socket, or over TLS. */
export type Access =
  | { readonly socket: string; readonly user: string }
  | Pick<MysqlManaged, 'host' | 'port' | 'user' | 'passwordFile' | 'ca'>;

export const accessOf = (settings: MysqlServer | MysqlManaged): Access =>
  settings.kind === 'server' ? { socket: settings.socket, user: settings.user } : settings;

function passwordOf(access: Access): string | null {
  if ('socket' in access || access.passwordFile === null) return null;
  try {
    return fs.readFileSync(access.passwordFile, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new AgenteError(
      'config-invalid',
      `the password file ${access.passwordFile} cannot be read`,
      'Name a file (0600) that holds the password and nothing else.',
      { cause: error },
    );
  }
}

/** Any value as an option file has it. */
const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * Writes what programs need to log in into a file of the folder: arguments are seen by everybody.
 * @returns their first argument; nothing of /etc/mysql gets in.
 */
export function defaultsFile(folder: string, access: Access, dialect: Dialect): string {
  const password = passwordOf(access);
  const lines =
    'socket' in access
      ? [`socket=${quoted(access.socket)}`]
      : [
          `host=${quoted(access.host)}`,
          `port=${String(access.port)}`,
          'protocol=tcp',
          ...dialect.tls,
          ...(access.ca === null ? [] : [`ssl-ca=${quoted(access.ca)}`]),
          ...(password === null ? [] : [`password=${quoted(password)}`]),
        ];
  const file = path.join(folder, `client-${'socket' in access ? 'socket' : 'tls'}.cnf`);
  fs.writeFileSync(file, ['[client]', `user=${quoted(access.user)}`, ...lines, ''].join('\n'), { mode: 0o600 });
  return `--defaults-file=${file}`;
}

export type Session = Connection;
export type Row = Readonly<Record<string, string | number | null>>;

const gone = new Set(['ECONNREFUSED', 'ENOENT', 'ETIMEDOUT', 'ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST']);

/** @throws AgenteError store-unreachable, permission-denied. */
export async function openSession(access: Access, database?: string): Promise<Session> {
  const password = passwordOf(access);
  const way =
    'socket' in access
      ? { socketPath: access.socket }
      : {
          host: access.host,
          port: access.port,
          ssl: { verifyIdentity: true, ...(access.ca === null ? {} : { ca: fs.readFileSync(access.ca) }) },
        };
  try {
    const session = await createConnection({
      ...way,
      user: access.user,
      ...(password === null ? {} : { password }),
      ...(database === undefined ? {} : { database }),
      connectTimeout: 10_000,
      supportBigNumbers: true,
      dateStrings: true,
      timezone: 'Z',
    });
    // A server that dies under an idle session is seen by the next query.
    session.on('error', () => undefined);
    return session;
  } catch (error) {
    throw sessionFailure(access, error);
  }
}

function sessionFailure(access: Access, error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const where = 'socket' in access ? access.socket : `${access.host}:${String(access.port)}`;
  if (gone.has(code)) {
    return new AgenteError(
      'store-unreachable',
      `no server answers at ${where}: ${code}`,
      'Start it, or correct where it is.',
      {
        cause: error,
      },
    );
  }
  if (/ACCESS_DENIED|NOT_SUPPORTED_AUTH/.test(code)) {
    return new AgenteError(
      'permission-denied',
      `${where} lets ${access.user} not in: ${message}`,
      'Check the user and its password file.',
      { cause: error },
    );
  }
  return error;
}

export async function withSession<T>(access: Access, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(access);
  try {
    // Instants are absolute: no server translates them into a zone of its own.
    await session.query("SET time_zone = '+00:00'");
    return await work(session);
  } finally {
    session.destroy();
  }
}

export async function rowsOf(session: Session, sql: string, values: readonly string[] = []): Promise<Row[]> {
  const [rows] = await session.query<RowDataPacket[]>(sql, [...values]);
  return rows;
}

/** The one value of the one row. */
export async function valueOf(session: Session, sql: string, values: readonly string[] = []): Promise<string> {
  const [row] = await rowsOf(session, sql, values);
  return String(Object.values(row ?? {})[0] ?? '');
}
