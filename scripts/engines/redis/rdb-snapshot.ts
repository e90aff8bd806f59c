import { randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import { open, statfs, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import type { RedisServer } from '../../settings/datasets';
import type { Work } from '../engine';
import type { RedisConnection } from './connection';
import { keysByDatabase, numberIn, parseInformation } from './information';
import { information, type FileNames } from './live-server';
import { writersWaitMs } from './writers';

export interface RdbSnapshot {
  /** Open on the very file of this snapshot: the next one gets another inode. */
  readonly handle: FileHandle;
  readonly size: number;
  readonly at: Date;
  readonly counts: ReadonlyMap<string, number>;
  readonly offset: string;
}

const pollMs = 50;
const attempts = 5;
const longestStepBackMs = 500;

/**
 * Lets the server write its state and opens the file. @throws AgenteError server-failed or disk-full when the
 * server could not, backup-running when others do the same all the time.
 */
export async function takeSnapshot(
  client: RedisConnection,
  settings: RedisServer,
  names: FileNames,
  work: Work,
): Promise<RdbSnapshot> {
  const file = path.join(settings.data, names.dump);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const begun = await begin(client, work);
    await untilWritten(client, work);
    await checkWritten(client, settings);
    const handle = await open(file, 'r');
    // Somebody else's snapshot may have ended after ours, and its file took the place.
    const saves = numberIn(await information(client, 'persistence'), 'rdb_saves');
    if (saves === begun.saves + 1) return { handle, size: (await handle.stat()).size, ...begun };
    await handle.close();
    // Two that wait for each other's snapshot would both begin anew at once, for ever.
    await pause(randomInt(longestStepBackMs), undefined, { signal: work.signal });
  }
  throw new AgenteError(
    'backup-running',
    `something else makes redis ${settings.host}:${String(settings.port)} save all the time`,
    'Look at `save` in its configuration and at who sends BGSAVE; then run the command again.',
  );
}

/**
 * The count is exact because nobody writes between it and the fork. A transaction would not do: inside one
 * BGSAVE is only scheduled, and the fork comes up to 100 ms later.
 */
async function begin(client: RedisConnection, work: Work) {
  for (;;) {
    await untilIdle(client, work);
    const at = work.now();
    // Sent in one go: also when this process dies now, the server lets its writers go on.
    const [paused, told, answer] = await Promise.allSettled([
      client.sendCommand(['CLIENT', 'PAUSE', String(writersWaitMs), 'WRITE']),
      client.info(),
      client.sendCommand(['BGSAVE']),
      client.sendCommand(['CLIENT', 'UNPAUSE']),
    ]);
    if (paused.status === 'rejected') throw paused.reason;
    if (told.status === 'rejected') throw told.reason;
    if (answer.status === 'fulfilled') {
      const before = parseInformation(told.value);
      return {
        at,
        saves: numberIn(before, 'rdb_saves'),
        counts: keysByDatabase(before),
        offset: before.get('master_repl_offset') ?? '0',
      };
    }
    if (!/in progress|child process|can't BGSAVE/i.test(String(answer.reason))) throw answer.reason;
  }
}

/** A rewrite of the append-only file, or another save, is let go first: BGSAVE is refused meanwhile. */
async function untilIdle(client: RedisConnection, work: Work): Promise<void> {
  for (;;) {
    const now = await information(client, 'persistence');
    const busy = ['loading', 'rdb_bgsave_in_progress', 'aof_rewrite_in_progress', 'module_fork_in_progress'];
    if (busy.every((name) => (now.get(name) ?? '0') === '0')) return;
    await pause(pollMs, undefined, { signal: work.signal });
  }
}

async function untilWritten(client: RedisConnection, work: Work): Promise<void> {
  const step = work.progress.begin('letting redis write its snapshot', null);
  try {
    for (;;) {
      const now = await information(client, 'persistence');
      if (now.get('rdb_bgsave_in_progress') === '0') return;
      step.set(Number(now.get('current_save_keys_processed')), null);
      await pause(pollMs, undefined, { signal: work.signal });
    }
  } finally {
    step.end();
  }
}

async function checkWritten(client: RedisConnection, { data, host, port }: RedisServer): Promise<void> {
  const told = await information(client, 'persistence');
  if (told.get('rdb_last_bgsave_status') === 'ok') return;
  const used = numberIn(await information(client, 'memory'), 'used_memory_dataset');
  const room = fs.existsSync(data) ? await statfs(data).then(({ bavail, bsize }) => bavail * bsize) : Infinity;
  // The reason stands in the server's log alone; no room beside the data is by far the commonest.
  if (room < used) {
    throw new AgenteError(
      'disk-full',
      `redis could not write its snapshot: ${data} has room for ${String(room)} bytes`,
      'Make room there, then run the command again.',
    );
  }
  throw new AgenteError(
    'server-failed',
    `redis ${host}:${String(port)} could not write its snapshot into ${data}`,
    'Its log says why; correct that and run the command again.',
  );
}
