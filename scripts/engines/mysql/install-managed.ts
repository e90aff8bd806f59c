import * as fs from 'node:fs';
import { escapeId } from 'mysql2';
import { AgenteError } from '../../../recovery/errors';
import type { MysqlManaged } from '../../settings/datasets';
import type { Work } from '../engine';
import { defaultsFile, openSession, rowsOf, valueOf, withSession, type Session } from './access';
import { dialectOf } from './dialect';
import { judgeDump } from './dump-program';
import { programInput } from './program-input';
import { programOutput } from '../../programs/program-output';
import { RestoreFolder } from './restore-folder';
import { startThrowaway, type Throwaway } from './throwaway-server';
import { tied } from '../../programs/tied';

/**
 * Puts a restored database in the place of the live one of a managed server. It is loaded beside it first;
 * the exchange itself is one RENAME TABLE, which happens wholly or not at all.
 */
export async function installManaged(folder: string, settings: MysqlManaged, work: Work): Promise<string | null> {
  const place = new RestoreFolder(folder);
  place.state();
  const live = settings.database;
  const [fresh, old] = [
    `${live}_restoring`,
    `${live}_before_${work
      .now()
      .toISOString()
      .replace(/[-:T]|\..*/g, '')}`,
  ];
  await withSession(settings, async (session) => {
    await refuseUsed(session, live);
    await session.query(`DROP DATABASE IF EXISTS ${escapeId(fresh)}`);
    await session.query(`CREATE DATABASE ${escapeId(fresh)} CHARACTER SET utf8mb4`);
  });
  const server = await startThrowaway(place.data, place.home, { signal: work.signal });
  try {
    const copy = await openSession(server.access);
    const views = await namesOf(copy, live, 'VIEW');
    const tables = await namesOf(copy, live, 'BASE TABLE');
    copy.destroy();
    const transfer = (args: string[], into: string) => pipeDump(server, args, settings, into, work);
    await transfer(['--skip-triggers', ...views.map((view) => `--ignore-table=${live}.${view}`), live], fresh);
    await withSession(settings, (session) => exchange(session, { live, fresh, old, tables }));
    await transfer(
      [
        '--no-data',
        '--no-create-info',
        '--routines',
        '--events',
        '--triggers',
        ...views.map((view) => `--ignore-table=${live}.${view}`),
        live,
      ],
      live,
    );
    if (views.length > 0) await transfer(['--skip-triggers', live, ...views], live);
  } finally {
    await server.stop();
  }
  return old;
}

/** @throws AgenteError target-running while sessions of the application use the database. */
export async function refuseUsed(session: Session, database: string): Promise<void> {
  const used = await valueOf(
    session,
    'SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE DB = ? AND ID <> CONNECTION_ID()',
    [database],
  );
  if (used === '0') return;
  throw new AgenteError('target-running', `${used} session(s) use ${database}`, 'Stop the application, then restore.');
}

const namesOf = async (session: Session, database: string, type: string): Promise<string[]> =>
  (
    await rowsOf(
      session,
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = ?',
      [database, type],
    )
  ).map((row) => String(row['name']));

interface Exchange {
  readonly live: string;
  readonly fresh: string;
  readonly old: string;
  readonly tables: readonly string[];
}

/** Tables with triggers do not change their database; the restored triggers follow, the old ones stay in the older copies. */
async function exchange(session: Session, { live, fresh, old, tables }: Exchange): Promise<void> {
  await session.query('SET foreign_key_checks = 0');
  await session.query(`CREATE DATABASE ${escapeId(old)}`);
  await session.query(`CREATE DATABASE IF NOT EXISTS ${escapeId(live)}`);
  for (const view of await namesOf(session, live, 'VIEW'))
    await session.query(`DROP VIEW ${escapeId(live)}.${escapeId(view)}`);
  for (const [kind, column, table, schema] of [
    ['TRIGGER', 'TRIGGER_NAME', 'TRIGGERS', 'TRIGGER_SCHEMA'],
    ['EVENT', 'EVENT_NAME', 'EVENTS', 'EVENT_SCHEMA'],
    ['PROCEDURE', 'ROUTINE_NAME', "ROUTINES WHERE ROUTINE_TYPE = 'PROCEDURE' AND", 'ROUTINE_SCHEMA'],
    ['FUNCTION', 'ROUTINE_NAME', "ROUTINES WHERE ROUTINE_TYPE = 'FUNCTION' AND", 'ROUTINE_SCHEMA'],
  ] as const) {
    const where = table.includes('WHERE') ? table : `${table} WHERE`;
    const found = await rowsOf(session, `SELECT ${column} AS name FROM information_schema.${where} ${schema} = ?`, [
      live,
    ]);
    for (const { name } of found) await session.query(`DROP ${kind} ${escapeId(live)}.${escapeId(String(name))}`);
  }
  const moves = (await namesOf(session, live, 'BASE TABLE')).map((table) => [live, old, table] as const);
  const arrivals = tables.map((table) => [fresh, live, table] as const);
  const renames = [...moves, ...arrivals].map(
    ([from, to, table]) => `${escapeId(from)}.${escapeId(table)} TO ${escapeId(to)}.${escapeId(table)}`,
  );
  if (renames.length > 0) await session.query(`RENAME TABLE ${renames.join(', ')}`);
  await session.query(`DROP DATABASE ${escapeId(fresh)}`);
}

async function pipeDump(
  server: Throwaway,
  args: readonly string[],
  settings: MysqlManaged,
  into: string,
  work: Work,
): Promise<void> {
  fs.mkdirSync(work.folder, { recursive: true, mode: 0o700 });
  const dialect = await withSession(settings, async (session) => dialectOf(await valueOf(session, 'SELECT VERSION()')));
  const dump = [
    '--no-defaults',
    '--user=root',
    `--socket=${server.access.socket}`,
    '--single-transaction',
    '--quick',
    '--hex-blob',
    '--default-character-set=utf8mb4',
    ...args,
  ];
  const content = programOutput('mariadb-dump', dump, { signal: work.signal, judge: judgeDump });
  const client = tied(dialect.client, [defaultsFile(work.folder, settings, dialect), '--binary-mode', into]);
  await programInput({ ...client, name: dialect.client }, content, work.signal);
}
