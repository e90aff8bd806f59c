import { open, readFile, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import type { RedisServer } from '../../settings/datasets';
import type { Work } from '../engine';
import { loadedFiles, parseAppendOnlyManifest, type AppendOnlyFile } from './append-only-manifest';
import type { RedisConnection } from './connection';
import { keysByDatabase, numberIn, parseInformation, type Information } from './information';
import { information, type FileNames } from './live-server';
import { whileWritersWait, writersWaitMs } from './writers';

export interface OpenedPart extends AppendOnlyFile {
  readonly handle: FileHandle;
  /** Bytes of it that belong to the copy. */
  readonly size: number;
}

export interface AppendOnlyCopy {
  readonly parts: readonly OpenedPart[];
  readonly at: Date;
  readonly counts: ReadonlyMap<string, number>;
  readonly offset: string;
}

const pollMs = 50;
const attempts = 20;

/**
 * Opens every file of the append-only folder and fixes how much of it belongs to one instant. A rewrite that
 * begins later makes new files and removes names; the open ones stay as they were. So nothing on the server
 * is switched off for the copy, and a killed backup leaves nothing to switch on again.
 */
export async function openAppendOnly(
  client: RedisConnection,
  settings: RedisServer,
  names: FileNames,
  work: Work,
): Promise<AppendOnlyCopy> {
  const folder = path.join(settings.data, names.appendFolder);
  const manifest = path.join(folder, `${names.appendFile}.manifest`);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await untilQuiet(client, settings, work);
    const listed = await readFile(manifest, 'utf8').catch((error: unknown) => {
      throw missing(manifest, error);
    });
    const opened = await openAll(folder, loadedFiles(parseAppendOnlyManifest(listed)));
    const instant = opened === null ? null : await fixInstant(client, opened, work);
    const same = (await readFile(manifest, 'utf8').catch(() => '')) === listed;
    if (same && instant !== null) return instant;
    await close(opened ?? []);
    // Not gone in a rewrite: the manifest still names what is not there.
    if (same && opened === null) throw missing(folder, null);
  }
  throw new AgenteError(
    'backup-running',
    `redis ${settings.host}:${String(settings.port)} rewrites its append-only file all the time`,
    'Look at auto-aof-rewrite-percentage and at who sends BGREWRITEAOF; then run the command again.',
  );
}

export async function close(parts: readonly { handle: FileHandle }[]): Promise<void> {
  await Promise.all(parts.map(({ handle }) => handle.close()));
}

async function openAll(folder: string, files: readonly AppendOnlyFile[]) {
  const opened: (AppendOnlyFile & { handle: FileHandle })[] = [];
  for (const file of files) {
    try {
      opened.push({ ...file, handle: await open(path.join(folder, file.name), 'r') });
    } catch (error) {
      await close(opened);
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }
  return opened;
}

/** For the length of one answer nobody writes: counts and lengths are of one instant, and no command is cut. */
async function fixInstant(
  client: RedisConnection,
  opened: readonly (AppendOnlyFile & { handle: FileHandle })[],
  work: Work,
): Promise<AppendOnlyCopy | null> {
  return whileWritersWait(client, async (isHeld) => {
    const at = work.now();
    const now = await untilFlushed(client, work);
    if (now?.get('aof_rewrite_in_progress') !== '0') return null;
    const parts = await Promise.all(opened.map(async (file) => ({ ...file, size: (await file.handle.stat()).size })));
    if (!isHeld()) return null;
    checkLength(parts, numberIn(now, 'aof_current_size'));
    return { parts, at, counts: keysByDatabase(now), offset: now.get('master_repl_offset') ?? '0' };
  });
}

/** What the server has written down; null when it does not get to it, for its disk is behind. */
async function untilFlushed(client: RedisConnection, work: Work): Promise<Information | null> {
  const deadline = Date.now() + writersWaitMs / 2;
  while (Date.now() < deadline) {
    const now = parseInformation(await client.info());
    if (numberIn(now, 'aof_buffer_length') === 0) return now;
    await pause(5, undefined, { signal: work.signal });
  }
  return null;
}

/** The server counts the base in, except when it began the file itself and has not been started since. */
function checkLength(parts: readonly OpenedPart[], told: number): void {
  const all = parts.reduce((sum, { size }) => sum + size, 0);
  const log = parts.filter(({ type }) => type === 'i').reduce((sum, { size }) => sum + size, 0);
  if (told === all || told === log) return;
  throw new AgenteError(
    'source-damaged',
    `${parts.at(-1)?.name ?? 'the append-only file'} has another length than the server wrote: ` +
      `${String(all)} bytes in all instead of ${String(told)}`,
    'Somebody changed it: send BGREWRITEAOF, which makes it anew from memory, then run the command again.',
  );
}

async function untilQuiet(client: RedisConnection, settings: RedisServer, work: Work): Promise<void> {
  for (;;) {
    const now = await information(client, 'persistence');
    const where = `redis ${settings.host}:${String(settings.port)}`;
    if (now.get('aof_enabled') !== '1') {
      const hint = 'Set appendonly yes, or back it up by snapshots (full).';
      throw new AgenteError('config-invalid', `${where} has no append-only file`, hint);
    }
    if (now.get('aof_last_write_status') !== 'ok') {
      const hint = 'Make room on its disk; it takes no writes until then.';
      throw new AgenteError('disk-full', `${where} cannot write its append-only file`, hint);
    }
    const busy = ['loading', 'aof_rewrite_in_progress', 'aof_rewrite_scheduled'];
    if (busy.every((name) => (now.get(name) ?? '0') === '0')) return;
    await pause(pollMs, undefined, { signal: work.signal });
  }
}

function missing(what: string, cause: unknown): AgenteError {
  return new AgenteError(
    'source-damaged',
    `the append-only files in ${what} are not whole: one that the manifest names is missing`,
    'Send BGREWRITEAOF, which makes them anew from memory; a restart now would lose data.',
    { cause },
  );
}
