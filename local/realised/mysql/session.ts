import * as path from 'node:path';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { serverUser } from '../../../scripts/programs/server-programs';
import type { Instance } from '../database-instance';

export type Session = Connection;

export const socketOf = (instance: Instance): string => path.join(instance.socketDir, 'sock');

/** Who may administer a server over its socket, by the name that the system knows them by. */
export function administrators(): string[] {
  return [...new Set([process.getuid?.() === 0 ? 'root' : serverUser().name, serverUser().name])];
}

/** The administrator's session over the server's own socket: who one is says the system, not a password. */
export async function openSession(instance: Instance): Promise<Session> {
  const session = await createConnection({
    socketPath: socketOf(instance),
    user: administrators()[0] ?? '',
    connectTimeout: 5_000,
    supportBigNumbers: true,
  });
  // A server that dies under an idle session is seen by the next query.
  session.on('error', () => undefined);
  return session;
}

export async function withSession<T>(instance: Instance, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(instance);
  try {
    return await work(session);
  } finally {
    session.destroy();
  }
}

export type Row = Readonly<Record<string, string | number | null>>;

export async function rowsOf(session: Session, sql: string, values: readonly string[] = []): Promise<Row[]> {
  const [rows] = await session.query<RowDataPacket[]>(sql, [...values]);
  return rows;
}
