import { escapeIdentifier } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import type { Damage } from '../engine';
import type { Session } from './session';

const relationsSql = `
  SELECT c.oid::text AS oid, n.nspname || '.' || c.relname AS name, c.relkind AS kind
  FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indexrelid = c.oid
    LEFT JOIN pg_am am ON am.oid = c.relam
  WHERE c.relpersistence = 'p'
    AND (c.relkind IN ('r', 'm', 't') AND am.amname = 'heap'
      OR c.relkind = 'i' AND am.amname = 'btree' AND i.indisvalid AND i.indisready)
  ORDER BY c.relkind, 2`;

interface Relation {
  readonly oid: string;
  readonly name: string;
  readonly kind: string;
}

/** amcheck over every table and every B-tree, each held against its table. Leaves nothing behind. */
export async function structureDamages(session: Session, database: string): Promise<Damage[]> {
  const damages: Damage[] = [];
  await session.query('BEGIN');
  try {
    await silenceEventTriggers(session);
    await session.query('CREATE SCHEMA agente_check; CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA agente_check');
    const { rows } = await session.query<Relation>(relationsSql);
    const schema = await schemaOfAmcheck(session);
    for (const relation of rows) {
      const fact = await attempt(session, () => checkRelation(session, schema, relation));
      if (fact !== null) damages.push({ what: `${database}: ${relation.name}`, fact });
    }
  } catch (error) {
    throw new AgenteError(
      'engine-failed',
      `amcheck cannot be used in ${database}: ${messageOf(error)}`,
      "Install PostgreSQL's contrib modules (postgresql-contrib).",
      { cause: error },
    );
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
  return damages;
}

/** They are the application's, and some refuse every change of a table; undone with the rest. */
async function silenceEventTriggers(session: Session): Promise<void> {
  const { rows } = await session.query<{ name: string }>('SELECT evtname AS name FROM pg_event_trigger');
  for (const { name } of rows) await session.query(`ALTER EVENT TRIGGER ${escapeIdentifier(name)} DISABLE`);
}

async function schemaOfAmcheck(session: Session): Promise<string> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT n.nspname AS name FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE extname = 'amcheck'`,
  );
  return escapeIdentifier(rows[0]?.name ?? 'public');
}

async function checkRelation(session: Session, schema: string, { oid, kind }: Relation): Promise<string | null> {
  if (kind === 'i') {
    await session.query(`SELECT ${schema}.bt_index_check($1::oid::regclass, true)`, [oid]);
    return null;
  }
  const { rows } = await session.query<{ block: string; msg: string }>(
    `SELECT blkno AS block, msg FROM ${schema}.verify_heapam($1::oid::regclass, check_toast => true) LIMIT 3`,
    [oid],
  );
  return rows.length === 0 ? null : rows.map(({ block, msg }) => `block ${block}: ${msg}`).join('; ');
}

/** Nobody else is here: what is locked for longer is so for good. */
const lockPatience = '2s';

/** Every foreign key, by the server's own question; undone at once, so the copy stays as it was. */
export async function foreignKeyDamages(session: Session, database: string): Promise<Damage[]> {
  const damages: Damage[] = [];
  const { rows } = await session.query<{ oid: string; name: string; table: string; schema: string; relation: string }>(
    `SELECT k.oid::text AS oid, k.conname AS name, n.nspname AS schema, c.relname AS relation
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     -- What its owner has not validated may be broken; a key to a partitioned table has one more for each partition,
     -- which holds for the rows of that partition alone.
     WHERE k.contype = 'f' AND c.relkind = 'r' AND k.convalidated
       AND NOT EXISTS (SELECT FROM pg_constraint whole WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid)
     ORDER BY 3, 4, 2`,
  );
  await session.query('BEGIN');
  try {
    await silenceEventTriggers(session);
    await session.query(`SET LOCAL lock_timeout = '${lockPatience}'`);
    for (const { oid, name, schema, relation } of rows) {
      const fact = await attempt(session, async () => {
        await session.query('UPDATE pg_constraint SET convalidated = false WHERE oid = $1::oid', [oid]);
        const table = `${escapeIdentifier(schema)}.${escapeIdentifier(relation)}`;
        await session.query(`ALTER TABLE ${table} VALIDATE CONSTRAINT ${escapeIdentifier(name)}`);
        return null;
      });
      if (fact !== null) damages.push({ what: `${database}: ${schema}.${relation} ${name}`, fact });
    }
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
  return damages;
}

/** An error of one check is its answer, and ends no other. */
async function attempt(session: Session, check: () => Promise<string | null>): Promise<string | null> {
  await session.query('SAVEPOINT one');
  try {
    return await check();
  } catch (error) {
    // A transaction that was prepared before the backup holds it; that one is part of the state.
    return isLocked(error) ? null : messageOf(error);
  } finally {
    await session.query('ROLLBACK TO SAVEPOINT one');
  }
}

const isLocked = (error: unknown): boolean => (error as { code?: string }).code === '55P03';

function messageOf(error: unknown): string {
  const { message, detail } = error as Error & { detail?: string };
  return detail === undefined ? message : `${message}: ${detail}`;
}
