import { escapeId } from 'mysql2';
import type { Damage } from '../engine';
import { rowsOf, valueOf, type Session } from './access';

const system = "('mysql', 'sys', 'performance_schema', 'information_schema')";

/** A dot in a name is a part of it. */
const identifier = (name: unknown): string => escapeId(String(name), true);

/** The engine's own checks, and every foreign key held against its rows: a load switches them off. */
export async function checkCopy(session: Session): Promise<Damage[]> {
  return [...(await checkTables(session)), ...(await checkForeignKeys(session))];
}

async function checkTables(session: Session): Promise<Damage[]> {
  const tables = await rowsOf(
    session,
    `SELECT TABLE_SCHEMA AS base, TABLE_NAME AS name FROM information_schema.TABLES
      WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA NOT IN ('sys', 'performance_schema', 'information_schema') ORDER BY 1, 2`,
  );
  const found: Damage[] = [];
  for (const { base, name } of tables) {
    const table = `${identifier(base)}.${identifier(name)}`;
    const told = await rowsOf(session, `CHECK TABLE ${table} EXTENDED`).catch((error: unknown) => [
      { Msg_type: 'error', Msg_text: (error as Error).message },
    ]);
    const bad = told.filter(
      (row) =>
        /error|warning/i.test(String(row['Msg_type'])) || (row['Msg_type'] === 'status' && row['Msg_text'] !== 'OK'),
    );
    const refusal = bad.map((row) => String(row['Msg_text'])).filter((text) => !/doesn't support check/.test(text));
    if (refusal.length > 0)
      found.push({ what: `${String(base)}.${String(name)}`, fact: `CHECK TABLE: ${refusal.join('; ')}` });
  }
  return found;
}

interface ForeignKey {
  readonly base: string;
  readonly table: string;
  readonly name: string;
  readonly target: string;
  readonly pairs: readonly (readonly [string, string])[];
}

async function foreignKeys(session: Session): Promise<ForeignKey[]> {
  const rows = await rowsOf(
    session,
    `SELECT CONSTRAINT_NAME AS name, TABLE_SCHEMA AS base, TABLE_NAME AS tab, COLUMN_NAME AS col,
            REFERENCED_TABLE_SCHEMA AS rbase, REFERENCED_TABLE_NAME AS rtab, REFERENCED_COLUMN_NAME AS rcol
       FROM information_schema.KEY_COLUMN_USAGE
      WHERE REFERENCED_TABLE_NAME IS NOT NULL AND TABLE_SCHEMA NOT IN ${system}
      ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`,
  );
  const keys = new Map<string, ForeignKey>();
  for (const row of rows) {
    const [base, table, name] = [String(row['base']), String(row['tab']), String(row['name'])];
    const target = `${identifier(row['rbase'])}.${identifier(row['rtab'])}`;
    const pair = [identifier(row['col']), identifier(row['rcol'])] as const;
    const id = `${base}.${table}.${name}`;
    keys.set(id, { base, table, name, target, pairs: [...(keys.get(id)?.pairs ?? []), pair] });
  }
  return [...keys.values()];
}

async function checkForeignKeys(session: Session): Promise<Damage[]> {
  const found: Damage[] = [];
  for (const { base, table, name, target, pairs } of await foreignKeys(session)) {
    const joined = pairs.map(([own, other]) => `child.${own} = parent.${other}`).join(' AND ');
    const set = pairs.map(([own]) => `child.${own} IS NOT NULL`).join(' AND ');
    const [, other = ''] = pairs[0] ?? [];
    const orphans = await valueOf(
      session,
      `SELECT COUNT(*) FROM ${identifier(base)}.${identifier(table)} child LEFT JOIN ${target} parent ON ${joined}
        WHERE ${set} AND parent.${other} IS NULL`,
    );
    if (orphans !== '0')
      found.push({ what: `${base}.${table}`, fact: `${orphans} row(s) break the foreign key ${name}` });
  }
  return found;
}
