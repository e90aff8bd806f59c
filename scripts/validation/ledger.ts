import * as fs from 'node:fs';
import { AgenteError } from '../../recovery/errors';
import type { Check } from '../catalogue/validation';
import type { OpenedCopy } from '../engines/engine';

/** What somebody outside wrote down: which references were acknowledged, and when. */
export interface Ledger {
  readonly table: string;
  readonly column: string;
  readonly entries: readonly { readonly reference: string; readonly acknowledgedAt: Date }[];
}

const name = /^[A-Za-z_][\w.]*$/;

/**
 * Reads a ledger: a first line `table,column`, then `reference,instant` a line.
 * @throws AgenteError argument-invalid naming the line that is none.
 */
export function readLedger(file: string): Ledger {
  const [head = '', ...lines] = readLines(file);
  const [table = '', column = '', ...more] = head.split(',');
  if (!name.test(table) || !name.test(column) || more.length > 0) throw invalid(file, 1, 'not TABLE,COLUMN');
  const entries = lines.map((line, index) => {
    const comma = line.lastIndexOf(',');
    const acknowledgedAt = new Date(line.slice(comma + 1));
    if (comma < 1 || Number.isNaN(acknowledgedAt.getTime())) throw invalid(file, index + 2, 'not REFERENCE,INSTANT');
    return { reference: line.slice(0, comma), acknowledgedAt };
  });
  return { table, column, entries };
}

/**
 * Everything that was acknowledged until a moment must be there, and nothing that nobody ever wrote down.
 * @param until the moment that was restored to; null for everything.
 */
export async function compareLedger(ledger: Ledger, copy: OpenedCopy, until: Date | null): Promise<Check> {
  const rows = await copy.query(`SELECT ${ledger.column} AS reference FROM ${ledger.table}`);
  const found = new Set(rows.map((row) => String(row['reference'])));
  const known = new Set(ledger.entries.map(({ reference }) => reference));
  const due = ledger.entries.filter(({ acknowledgedAt }) => until === null || acknowledgedAt <= until);
  const missing = due.filter(({ reference }) => !found.has(reference)).map(({ reference }) => reference);
  const unknown = [...found].filter((reference) => !known.has(reference));
  if (missing.length === 0 && unknown.length === 0) {
    return { name: 'ledger', status: 'passed', fact: `all ${String(due.length)} acknowledged entries are there` };
  }
  const fact = `${String(missing.length)} of ${String(due.length)} are missing${sample(missing)}, ${String(unknown.length)} are unknown${sample(unknown)}`;
  return { name: 'ledger', status: 'failed', fact };
}

const sample = (references: readonly string[]): string =>
  references.length === 0 ? '' : ` (${references.slice(0, 3).join(', ')}${references.length > 3 ? ', …' : ''})`;

function readLines(file: string): string[] {
  try {
    return fs
      .readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    const fact = `cannot read the ledger ${file}: ${error instanceof Error ? error.message : String(error)}`;
    throw new AgenteError('argument-invalid', fact, 'Name a file that is there: --ledger FILE.', { cause: error });
  }
}

function invalid(file: string, line: number, why: string): AgenteError {
  return new AgenteError(
    'argument-invalid',
    `${file}:${String(line)}: ${why}`,
    'See docs/backups.md for the form of a ledger.',
  );
}
