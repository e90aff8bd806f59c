import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';
import { tied } from '../../programs/tied';
import type { Work } from '../engine';
import { defaultsFile, rowsOf, valueOf, withSession, type Access } from './access';
import { rawFiles, readerArguments } from './binlog-fetch';
import type { Dialect } from './dialect';
import { logEnd, type LogEnd } from './log-history';
import { scanLog } from './log-scan';
import type { SourceFacts } from './source-facts';
import * as fs from 'node:fs';

/** The history that a full copy taken now belongs to: the one before, if the server's log still continues it. */
export async function historyFor(access: Access, { dialect, source }: SourceFacts, work: Work): Promise<string> {
  const end = await logEnd(work);
  if (end !== null && end.identity === source.identity && (await continues(access, dialect, end, work)))
    return end.history;
  return randomBytes(6).toString('hex');
}

async function continues(access: Access, dialect: Dialect, end: LogEnd, work: Work): Promise<boolean> {
  const files = await withSession(access, (session) => rowsOf(session, 'SHOW BINARY LOGS'));
  const held = files.find((row) => row['Log_name'] === end.at.file);
  if (held === undefined || Number(held['File_size']) < end.at.offset) return false;
  if (end.last === null) return dialect.name === 'mariadb' && (await gtidsAt(access, end)) === end.gtids;
  const folder = path.join(work.folder, 'last-event');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [first = '', ...rest] = readerArguments(folder, defaultsFile(work.folder, access, dialect), {
    file: end.last.file,
    offset: end.last.start,
  });
  const { command, args } = tied(dialect.binlog, [first, `--stop-position=${String(end.at.offset)}`, ...rest]);
  try {
    await run(command, args, { signal: work.signal });
    const [name] = rawFiles(folder);
    if (name === undefined) return false;
    const scan = await scanLog(name);
    return Math.max(4, scan.from) === end.last.start && scan.firstCrc === end.last.crc;
  } catch (error) {
    // A place between two events of another log is refused by its server.
    if (error instanceof AgenteError && error.code === 'tool-failed') return false;
    throw error;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const gtidsAt = (access: Access, { at }: LogEnd): Promise<string> =>
  withSession(access, (session) =>
    valueOf(session, 'SELECT BINLOG_GTID_POS(?, CAST(? AS UNSIGNED))', [at.file, String(at.offset)]),
  );
