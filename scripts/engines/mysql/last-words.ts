import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openSession, valueOf, withSession, type Access } from './access';
import { numberOf } from './position';
import type { Spool } from './spool';

/** Path of the server's own log files, without their numbers. */
export const logFilesOf = (access: Access): Promise<string> =>
  withSession(access, (session) => valueOf(session, 'SELECT @@log_bin_basename'));

export async function answers(access: Access): Promise<boolean> {
  try {
    (await openSession(access)).destroy();
    return true;
  } catch {
    return false;
  }
}

/**
 * A server may acknowledge a commit before it has sent it to whoever reads its log. When it dies in between,
 * its files are the only place that has it: what they hold beyond the stream is added. Every event is checked
 * before it is shipped, so a seam that does not fit is seen.
 */
export async function takeLastWords(spool: Spool, logFiles: string): Promise<void> {
  const newest = spool.files().at(-1);
  if (newest === undefined) return;
  const last = path.basename(newest);
  const folder = path.dirname(logFiles);
  if (!fs.existsSync(path.join(folder, last))) return;
  const start = fs.statSync(newest).size + spool.shift(last);
  await pipeline(fs.createReadStream(path.join(folder, last), { start }), fs.createWriteStream(newest, { flags: 'a' }));
  for (const file of fs.readdirSync(folder).filter((name) => isLaterLog(name, path.basename(logFiles), last))) {
    await pipeline(
      fs.createReadStream(path.join(folder, file)),
      fs.createWriteStream(path.join(spool.folder, file), { mode: 0o600 }),
    );
  }
  spool.look();
}

const isLaterLog = (name: string, base: string, last: string): boolean =>
  name.startsWith(`${base}.`) && /\.\d+$/.test(name) && numberOf(name) > numberOf(last);
