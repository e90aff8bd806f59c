import { escapeIdentifier } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import type { PostgresManaged } from '../../settings/datasets';
import type { Work } from '../engine';
import { countTables, inSnapshot } from './counting';
import { connectionEnvironment } from './managed-programs';
import { pgRestore } from './managed-restore';
import type { RestoreFolder } from './restore-folder';
import type { PostgresOptions } from './server-options';
import { managedAccess, valueOf, withSession, type Session } from './session';

const maintenance = 'postgres';

/** @throws AgenteError target-running naming who is connected, unless they may be disconnected. */
export async function refuseSessions(
  server: PostgresManaged,
  session: Session,
  { drain = false }: PostgresOptions,
): Promise<void> {
  const { rows } = await session.query<{ pid: number; who: string }>(
    `SELECT pid, usename || ' (' || coalesce(nullif(application_name, ''), 'unnamed') || ')' AS who
     FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    [server.database],
  );
  if (rows.length === 0) return;
  if (drain) {
    await session.query('SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) pid', [
      rows.map(({ pid }) => pid),
    ]);
    return;
  }
  const names = [...new Set(rows.map(({ who }) => who))].join(', ');
  throw new AgenteError(
    'target-running',
    `${rows.length} session(s) use ${server.database}: ${names}`,
    'Stop the application, or drain it, then run this again.',
  );
}

/** Loads beside the live database, then exchanges the two by name: one transaction, and the last step. */
export async function installManaged(
  server: PostgresManaged,
  options: PostgresOptions,
  { folder, work }: { folder: RestoreFolder; work: Work },
): Promise<{ previous: string | null }> {
  const { rows: expected } = folder.state();
  const incoming = `${server.database}_restoring`;
  const stamp = work.now().toISOString().replace(/[-:T]/g, '').slice(0, 14);
  const before = `${server.database}_before_${stamp}`;
  return withSession(managedAccess(server, maintenance), async (session) => {
    await refuseSessions(server, session, options);
    await session.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(incoming)}`);
    await session.query(`CREATE DATABASE ${escapeIdentifier(incoming)} TEMPLATE template0`);
    await pgRestore(folder.dump, [], work, connectionEnvironment(server, incoming));
    await refuseOtherRows(server, incoming, expected ?? {});
    const exists = await valueOf<boolean>(session, 'SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)', [
      server.database,
    ]);
    await refuseSessions(server, session, options);
    await session.query('BEGIN');
    try {
      if (exists) {
        const owner = await valueOf<string>(
          session,
          'SELECT datdba::regrole::text FROM pg_database WHERE datname = $1',
          [server.database],
        );
        await session.query(`ALTER DATABASE ${escapeIdentifier(incoming)} OWNER TO ${owner}`);
        await session.query(
          `ALTER DATABASE ${escapeIdentifier(server.database)} RENAME TO ${escapeIdentifier(before)}`,
        );
      }
      await session.query(
        `ALTER DATABASE ${escapeIdentifier(incoming)} RENAME TO ${escapeIdentifier(server.database)}`,
      );
      await session.query('COMMIT');
    } catch (error) {
      await session.query('ROLLBACK').catch(() => undefined);
      throw busy(server, error);
    }
    return { previous: exists ? before : null };
  });
}

async function refuseOtherRows(server: PostgresManaged, name: string, expected: Record<string, number>): Promise<void> {
  const { rows } = await withSession(managedAccess(server, name), (session) =>
    inSnapshot(session, () => countTables(session)),
  );
  const wrong = Object.entries(expected).find(([table, count]) => rows.get(table) !== count);
  if (wrong === undefined) return;
  throw new AgenteError(
    'restore-damaged',
    `${wrong[0]} in ${name} has ${String(rows.get(wrong[0]) ?? 0)} rows instead of ${wrong[1]}`,
    'Nothing was replaced. Run the restore again.',
  );
}

function busy(server: PostgresManaged, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '55006') return error;
  return new AgenteError(
    'target-running',
    `somebody connected to ${server.database} at the last moment`,
    'Stop the application, or drain it, then run this again.',
    { cause: error },
  );
}
