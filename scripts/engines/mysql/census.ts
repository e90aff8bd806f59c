import { escapeId } from 'mysql2';
import type { Census } from '../../catalogue/census';
import { rowsOf, valueOf, type Session } from './access';

const quotedName = (name: string): string =>
  name
    .split('.')
    .map((part) => escapeId(part))
    .join('.');

/** Counts every table of a database, as this session sees it; not what is empty after every start of a server. */
export async function countTables(
  session: Session,
  database: string,
  fresh: readonly string[],
  at: Date,
): Promise<Census> {
  const counts: Record<string, { least: number; most: number }> = {};
  const tables = await rowsOf(
    session,
    `SELECT TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE' AND COALESCE(ENGINE, '') <> 'MEMORY' ORDER BY 1`,
    [database],
  );
  for (const { name } of tables) {
    const key = `${database}.${String(name)}`;
    const count = Number(
      await valueOf(session, `SELECT COUNT(*) FROM ${escapeId(database, true)}.${escapeId(String(name), true)}`),
    );
    counts[key] = { least: count, most: count };
  }
  const newest: Record<string, string | null> = {};
  for (const table of fresh)
    newest[table] = await newestOf(session, table.includes('.') ? table : `${database}.${table}`);
  return { version: 1, takenAt: at.toISOString(), counts, newest };
}

async function newestOf(session: Session, table: string): Promise<string | null> {
  const sql = `SELECT DATE_FORMAT(MAX(created_at), '%Y-%m-%dT%H:%i:%s.%fZ') AS newest FROM ${quotedName(table)}`;
  const [row] = await rowsOf(session, sql);
  const newest = row?.['newest'];
  return newest === null || newest === undefined ? null : String(newest).replace(/(\.\d{3})\d{3}Z$/, '$1Z');
}

/** What held between two counts: the source went on writing meanwhile. */
export function between(before: Census, after: Census): Census {
  const names = new Set([...Object.keys(before.counts), ...Object.keys(after.counts)]);
  const counts: Record<string, { least: number; most: number }> = {};
  for (const name of names) {
    const [one, two] = [before.counts[name]?.least ?? 0, after.counts[name]?.least ?? 0];
    counts[name] = { least: Math.min(one, two), most: Math.max(one, two) };
  }
  return { ...after, counts };
}
