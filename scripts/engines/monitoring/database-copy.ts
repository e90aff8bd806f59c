import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';

/**
 * Another process does it: a large database would hold up everything else here. SQLite is Node's own, and
 * says on stderr that it is new.
 */
const prelude = `const { DatabaseSync } = require('node:sqlite');
const [, file, copy] = process.argv;
const database = new DatabaseSync(file, { readOnly: true });
database.exec('PRAGMA busy_timeout = 10000');
const all = (text) => database.prepare(text).all();
const quoted = (name) => '"' + name.replaceAll('"', '""') + '"';
const tables = () => all("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").map((row) => row.name);
const counts = () => Object.fromEntries(tables().map((name) => [name, all('SELECT count(*) AS n FROM ' + quoted(name))[0].n]));
const version = () => all('PRAGMA data_version')[0].data_version;
const faults = () => all('PRAGMA integrity_check').map((row) => row.integrity_check).filter((text) => text !== 'ok');
const say = (value) => console.log(JSON.stringify(value));
`;

async function withSqlite<T>(script: string, args: readonly string[], signal: AbortSignal): Promise<T> {
  const { stdout } = await run(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=commonjs', '-e', prelude + script, ...args],
    { signal },
  );
  return JSON.parse(stdout) as T;
}

export interface DatabaseCopy {
  readonly counts: Readonly<Record<string, number>>;
  /** True when nobody wrote between the count and the copy: then the counts are those of the copy. */
  readonly exact: boolean;
}

/** @throws AgenteError source-damaged for a database whose own check finds something. */
export async function copyDatabase(file: string, copy: string, signal: AbortSignal): Promise<DatabaseCopy> {
  const script = `const found = faults();
if (found.length > 0) say({ faults: found });
else {
  const before = version();
  const counted = counts();
  database.prepare('VACUUM INTO ?').run(copy);
  say({ counts: counted, exact: version() === before, faults: [] });
}`;
  const answer = await withSqlite<DatabaseCopy & { faults: string[] }>(script, [file, copy], signal).catch(
    (error: unknown) => {
      throw asDamage(file, error);
    },
  );
  const [fault] = answer.faults;
  if (fault === undefined) return answer;
  throw new AgenteError('source-damaged', `${file}: ${fault}`, 'Stop Grafana and mend it, or restore an older copy.');
}

/** What SQLite's own check has against a database; empty for nothing. */
export async function databaseFaults(file: string, signal: AbortSignal): Promise<string[]> {
  try {
    return await withSqlite<string[]>('say(faults());', [file], signal);
  } catch (error) {
    return [asDamage(file, error).message];
  }
}

export function databaseCounts(file: string, signal: AbortSignal): Promise<Record<string, number>> {
  return withSqlite('say(counts());', [file], signal);
}

export function databaseQuery(file: string, text: string, signal: AbortSignal): Promise<Record<string, unknown>[]> {
  return withSqlite('say(all(copy));', [file, text], signal);
}

function asDamage(file: string, error: unknown): Error {
  if (!(error instanceof AgenteError) || error.code !== 'tool-failed') return error as Error;
  const said = /Error: ([^|]*)/.exec(error.message)?.[1]?.trim() ?? error.message;
  if (/malformed|not a database|corrupt|disk I\/O/i.test(said)) {
    return new AgenteError('source-damaged', `${file}: ${said}`, 'Mend it, or restore an older copy.', {
      cause: error,
    });
  }
  if (/database or disk is full/i.test(said)) {
    return new AgenteError('disk-full', `no room to copy ${file}`, 'Make room, then run the command again.', {
      cause: error,
    });
  }
  return error;
}
