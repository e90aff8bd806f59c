import { escapeIdentifier } from 'pg';
import type { Census } from '../../catalogue/census';
import type { Session } from './session';

interface Table {
  readonly name: string;
  readonly schema: string;
  readonly relation: string;
  readonly dated: boolean;
}

/** Every table that holds rows of its own, and whether it says when they were made. */
const tablesSql = `
  SELECT n.nspname AS schema, c.relname AS relation, n.nspname || '.' || c.relname AS name,
    EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'created_at' AND NOT a.attisdropped
        AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)
    ) AS dated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence = 'p'
    -- A view that was never filled refuses to be read.
    AND c.relispopulated
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg_toast%'
  ORDER BY 1, 2`;

/** Infinite and far-off times are no instants that anybody wrote at, and have no place in a calendar of four digits. */
const newestSql = `max(created_at) FILTER (WHERE created_at BETWEEN '0001-01-02' AND '9999-12-30')::timestamptz`;

export interface Counted {
  readonly rows: ReadonlyMap<string, number>;
  readonly newest: Readonly<Record<string, string | null>>;
}

/** Counts within the session's transaction: one snapshot for all tables. A time without a zone is UTC. */
export async function countTables(session: Session): Promise<Counted> {
  await session.query("SET LOCAL timezone = 'UTC'");
  const { rows: tables } = await session.query<Table>(tablesSql);
  const rows = new Map<string, number>();
  const newest: Record<string, string | null> = {};
  for (const table of tables) {
    const from = `${escapeIdentifier(table.schema)}.${escapeIdentifier(table.relation)}`;
    const latest = table.dated ? newestSql : 'NULL::timestamptz';
    const answer = await session.query<{ rows: string; newest: Date | null }>(
      `SELECT count(*) AS rows, ${latest} AS newest FROM ONLY ${from}`,
    );
    const [found] = answer.rows;
    rows.set(table.name, Number(found?.rows ?? 0));
    if (table.dated) newest[table.name] = found?.newest?.toISOString() ?? null;
  }
  return { rows, newest };
}

/** A transaction that sees one moment, and writes nothing. */
export async function inSnapshot<T>(session: Session, work: () => Promise<T>, snapshot?: string): Promise<T> {
  await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    if (snapshot !== undefined) await session.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
    return await work();
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
}

export function exactCensus({ rows, newest }: Counted, takenAt: Date): Census {
  const counts = Object.fromEntries([...rows].map(([name, count]) => [name, { least: count, most: count }]));
  return { version: 1, takenAt: takenAt.toISOString(), counts, newest };
}
