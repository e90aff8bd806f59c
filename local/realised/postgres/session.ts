import { Client } from 'pg';

export type Session = Client;

interface Door {
  readonly socketDir: string;
  readonly port: number;
}

/** The administrator's session over the server's own socket; who may open it is a matter of the folder's owner. */
export async function openSession(door: Door, database = 'postgres'): Promise<Session> {
  const client = new Client({
    host: door.socketDir,
    port: door.port,
    user: 'postgres',
    database,
    connectionTimeoutMillis: 5_000,
    application_name: 'supervisor',
  });
  // A server that dies under an idle session is seen by the next query.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function withSession<T>(door: Door, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await openSession(door);
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

/** The one value of a query with one row and one column. */
export async function valueOf<T>(session: Session, sql: string, values: unknown[] = []): Promise<T> {
  const answer = await session.query<unknown[]>({ text: sql, values, rowMode: 'array' });
  return answer.rows[0]?.[0] as T;
}
