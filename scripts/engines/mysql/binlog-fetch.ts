import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';
import { tied } from '../../programs/tied';
import { defaultsFile, rowsOf, withSession, type Access } from './access';
import { asDiskFull } from './disk-full';
import type { LogEnd } from './log-history';
import { numberOf, textOf } from './position';
import type { SourceFacts } from './source-facts';

/** Arguments that read the raw log from a place on, as a replica would. */
export function readerArguments(folder: string, defaults: string, from: { file: string; offset: number }): string[] {
  return [
    defaults,
    '--read-from-remote-server',
    '--raw',
    `--result-file=${path.join(folder, path.sep)}`,
    `--start-position=${String(Math.max(4, from.offset))}`,
    from.file,
  ];
}

/** Where to begin reading: at the last event that is known, so that what comes proves to be its continuation. */
export const readFrom = ({ at, last }: LogEnd): { file: string; offset: number } =>
  last === null ? at : { file: last.file, offset: last.start };

/**
 * Fetches the raw log from the known end up to now into a folder.
 * @throws AgenteError log-gap when the server has purged what was not fetched yet; lineage-owned.
 */
export async function fetchLog(
  access: Access,
  facts: SourceFacts,
  end: LogEnd,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<string[]> {
  await checkServerHas(access, facts, end);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const defaults = defaultsFile(folder, access, facts.dialect);
  const [first = '', ...rest] = readerArguments(folder, defaults, readFrom(end));
  const { command, args } = tied(facts.dialect.binlog, [first, '--to-last-log', ...rest]);
  try {
    await run(command, args, { signal });
  } catch (error) {
    throw (error instanceof AgenteError ? readerFailure(error.message, end) : null) ?? asDiskFull(error, folder);
  }
  return rawFiles(folder);
}

const noSuchPlace = /impossible position|bogus data|could not find first log file/i;
const lastRead = /the last event read from '([^']+)' at (\d+)/;
const unreadable = /truncated in the middle of event|exceeded max_allowed_packet|checksum/i;

/**
 * What a reader's last words mean: a server that cannot read even the first event that was asked for never had
 * this place in its log; one that stumbles later has a damaged log. Null for what may pass by itself.
 */
export function readerFailure(said: string, end: LogEnd): AgenteError | null {
  if (noSuchPlace.test(said)) return foreign(end, said);
  const [, file = '', at = ''] = lastRead.exec(said) ?? [];
  if (!unreadable.test(said) || file === '') return null;
  const from = readFrom(end);
  if (file === from.file && Number(at) === from.offset) return foreign(end, said);
  return new AgenteError('source-damaged', `binary log ${file} at ${at}: ${said}`, damagedLogHint);
}

export const damagedLogHint = 'Take a full backup now: what this log holds behind the damage cannot be replayed.';

/** Raw log files in a folder, in order. */
export function rawFiles(folder: string): string[] {
  const names = fs.readdirSync(folder).filter((name) => /\.\d{6,}$/.test(name));
  return names.sort((a, b) => numberOf(a) - numberOf(b)).map((name) => path.join(folder, name));
}

/** @throws AgenteError log-gap, lineage-owned. */
export async function checkServerHas(access: Access, { source }: SourceFacts, end: LogEnd): Promise<void> {
  if (source.identity !== end.identity) throw foreign(end, `it is server ${source.identity}, not ${end.identity}`);
  const files = await withSession(access, (session) => rowsOf(session, 'SHOW BINARY LOGS'));
  const held = files.find((row) => row['Log_name'] === end.at.file);
  const newer = files.filter((row) => numberOf(String(row['Log_name'])) > numberOf(end.at.file));
  if (held === undefined && newer.length > 0) {
    throw new AgenteError(
      'log-gap',
      `the server has purged ${end.at.file}, of which ${textOf(end.at)} and what follows was never shipped`,
      'Take a full backup now; keep binlog_expire_logs_seconds above the longest time between two shipments.',
    );
  }
  if (held === undefined || Number(held['File_size']) < end.at.offset) throw foreign(end, 'it is not there');
}

/** Somebody else's log, or that of this server before it was restored. */
export function foreign(end: LogEnd, fact: string): AgenteError {
  return new AgenteError(
    'lineage-owned',
    `the log of this server does not continue ${textOf(end.at)} of ${end.parent}: ${fact}`,
    'If this server was restored, take a full backup: it begins a new history. If not, it is another server: correct the settings.',
  );
}
