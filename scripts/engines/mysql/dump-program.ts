import { AgenteError } from '../../../recovery/errors';
import type { Dialect } from './dialect';
import type { Ended } from '../../programs/program-output';

/** One database in one snapshot, with everything that belongs to it and nothing that names it. */
export function dumpArguments(dialect: Dialect, database: string): string[] {
  const own = dialect.name === 'mysql' ? ['--set-gtid-purged=OFF', '--column-statistics=0', '--no-tablespaces'] : [];
  return [
    ...own,
    '--single-transaction',
    '--quick',
    '--hex-blob',
    '--tz-utc',
    '--default-character-set=utf8mb4',
    '--routines',
    '--triggers',
    '--events',
    database,
  ];
}

/** What the program says matters more than its exit code. */
export function judgeDump({ exitCode, stderr }: Ended): void {
  const words = stderr
    .trim()
    .split('\n')
    .filter((line) => /error/i.test(line));
  if (exitCode === 0 && words.length === 0) return;
  const said = words.length > 0 ? words.slice(-3).join(' | ') : stderr.trim().split('\n').slice(-3).join(' | ');
  throw new AgenteError(
    'tool-failed',
    `the dump failed (exit code ${String(exitCode)}): ${said}`,
    'Nothing was stored. What it said names the cause; correct that and run the command again.',
  );
}

/** Only the last line says that all of it is there. */
export const isWhole = (tail: string): boolean => /^-- Dump completed(?: on .*)?\s*$/m.test(tail);
