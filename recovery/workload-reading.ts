import { unreadable } from './faults/unreadable';
import type { Fault, Path } from './fault';
import { rowSchemas } from './workload-schema';
import type { WrittenWorkload } from './written-workload';

export type Table = keyof WrittenWorkload;
export const tables = Object.keys(rowSchemas) as Table[];

/** Where a row stands in the table that was given: under its name, or in a list under its number. */
export type Places = (table: Table, name: string, ...inside: Path) => Path;

export interface Reading {
  /** The rows that can be read; a row that cannot is a fault, and the others are judged without it. */
  readonly workload: WrittenWorkload;
  readonly at: Places;
  readonly faults: readonly Fault[];
}

interface Row {
  readonly name: string;
  readonly path: Path;
  readonly value: unknown;
}

/**
 * Reads a whole table: one of ours, or JSON. A table is an object of rows by name, or a list of rows with a
 * `name`, which is how two of one name can be told at all.
 */
export function readWorkload(written: unknown): Reading {
  const whole = isObject(written) ? written : {};
  const faults: Fault[] = Object.keys(whole)
    .filter((key) => !tables.some((table) => table === key))
    .map((key) => unreadable.unknownKey([key], tables));
  if (whole['datasets'] === undefined) faults.push(unreadable.missingTable(['datasets']));
  const paths = new Map<string, Path>();
  const read = tables.map((table): [Table, object] => {
    const given = whole[table];
    if (given !== undefined && !isObject(given) && !Array.isArray(given))
      faults.push(unreadable.noTable([table], given));
    const rows = rowsOf(table, given);
    faults.push(...unreadable.names(rows));
    const known = rows.filter((row, index) => rows.findIndex(({ name }) => name === row.name) === index);
    return [table, readable(table, known, paths, faults)];
  });
  return {
    workload: Object.fromEntries(read) as unknown as WrittenWorkload,
    at: (table, name, ...inside) => [...(paths.get(`${table}.${name}`) ?? [table, name]), ...inside],
    faults,
  };
}

/** The rows that keep their schema, by name; what the others get wrong is added to the faults. */
function readable(table: Table, rows: readonly Row[], paths: Map<string, Path>, faults: Fault[]): object {
  const values = rows.flatMap(({ name, path, value }): [string, unknown][] => {
    paths.set(`${table}.${name}`, path);
    const parsed = rowSchemas[table].safeParse(value);
    if (parsed.success) return [[name, parsed.data]];
    faults.push(...parsed.error.issues.flatMap((issue) => unreadable.issue(issue, path, value)));
    return [];
  });
  // Without a prototype, because a table from elsewhere may ask for a row called `constructor`.
  return Object.setPrototypeOf(Object.fromEntries(values), null) as object;
}

function rowsOf(table: Table, given: unknown): Row[] {
  if (Array.isArray(given)) {
    return given.map((row: unknown, index) => {
      const { name, ...value } = isObject(row) ? row : {};
      return { name: typeof name === 'string' ? name : '', path: [table, index], value };
    });
  }
  return Object.entries(isObject(given) ? given : {}).map(([name, value]) => ({ name, path: [table, name], value }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
