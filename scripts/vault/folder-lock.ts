import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../recovery/errors';
import { identityOf, runs, type ProcessIdentity } from '../process-identity';
import { isCode } from './folder-failure';

/** A record is replaced in milliseconds; a lock of this age on another host is that of a dead process. */
const forgottenAfterMs = 30_000;
const patienceMs = 40_000;

/** One process at a time changes a record. @throws AgenteError timed-out. */
export async function withFolderLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = path.join(path.dirname(file), `.lock-${path.basename(file)}`);
  const mine = `${lock}.${randomBytes(6).toString('hex')}`;
  // Made whole first and then linked: a lock without its holder's name could be told from nobody's.
  await writeFile(mine, JSON.stringify(identityOf()), { flag: 'wx', mode: 0o600 });
  try {
    await obtain(mine, lock);
    try {
      return await work();
    } finally {
      await unlink(lock);
    }
  } finally {
    await unlink(mine).catch(() => undefined);
  }
}

async function obtain(mine: string, lock: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      await link(mine, lock);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = await holderOf(lock);
    if (holder !== null && (await isForgotten(lock, holder))) await bury(lock, holder);
    else if (Date.now() > deadline) {
      const hint = `Look who holds ${lock}; remove it when that process is gone.`;
      throw new AgenteError('timed-out', `${lock} is held for ${String(patienceMs / 1_000)} s`, hint);
    } else await pause(5 + Math.random() * 20);
  }
}

/** Null when nobody holds it any more. */
async function holderOf(lock: string): Promise<string | null> {
  try {
    return await readFile(lock, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

async function isForgotten(lock: string, holder: string): Promise<boolean> {
  const running = runs(JSON.parse(holder) as ProcessIdentity);
  if (running !== null) return !running;
  const since = await stat(lock).catch(() => null);
  return since !== null && Date.now() - since.mtimeMs > forgottenAfterMs;
}

/** Takes a dead process's lock away; one that somebody alive obtained meanwhile is put back. */
async function bury(lock: string, holder: string): Promise<void> {
  const grave = `${lock}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(lock, grave);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await readFile(grave, 'utf8')) !== holder) await link(grave, lock).catch(() => undefined);
  await unlink(grave);
}
