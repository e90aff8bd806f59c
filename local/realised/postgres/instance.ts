import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RegionContext, Server } from '../../supervisor/part';
import { postgresProgram } from '../../../scripts/programs/server-programs';
import type { Instance } from '../database-instance';
import { configure, isAnswering, passfileOf } from './cluster';
import { valueOf, withSession } from './session';

const promoteTimeoutMs = 60_000;

/** Starts the server of an instance and waits until it answers SQL; a standby answers once it is consistent. */
export function startServer(context: RegionContext, instance: Instance): Promise<Server> {
  return start(context, instance, { more: [], restart: true });
}

/** Starts it for one work that no client may see. */
export function startClosed(context: RegionContext, instance: Instance): Promise<Server> {
  return start(context, instance, { more: ['-c', 'listen_addresses='], restart: false });
}

function start(
  context: RegionContext,
  instance: Instance,
  { more, restart }: { more: readonly string[]; restart: boolean },
): Promise<Server> {
  removeStaleLocks(instance);
  return context.start({
    kind: 'database',
    name: instance.identifier,
    command: postgresProgram('postgres'),
    args: ['-D', instance.data, ...more],
    cwd: instance.data,
    restart,
    ready: () => isAnswering(instance),
  });
}

/**
 * A server that was killed leaves its locks. PostgreSQL takes it for a running one while nobody has reaped
 * the dead process, or when its number has gone to another.
 */
function removeStaleLocks(instance: Instance): void {
  const locks = [
    path.join(instance.data, 'postmaster.pid'),
    path.join(instance.socketDir, `.s.PGSQL.${String(instance.port)}.lock`),
  ];
  for (const lock of locks) {
    if (!fs.existsSync(lock)) continue;
    const pid = fs.readFileSync(lock, 'utf8').split('\n', 1)[0] ?? '';
    // The command line of a dead process is empty.
    const command = fs.existsSync(`/proc/${pid}/cmdline`) ? fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    if (!command.includes(instance.data)) fs.rmSync(lock);
  }
}

/** Ends recovery and waits until the server accepts writes. A server that is promoted already stays as it is. */
export async function promote(instance: Instance): Promise<void> {
  await withSession(instance, async (session) => {
    if (await valueOf<boolean>(session, 'SELECT pg_is_in_recovery()')) {
      const done = await valueOf<boolean>(session, 'SELECT pg_promote(true, $1)', [promoteTimeoutMs / 1_000]);
      if (!done)
        throw new Error(`${instance.identifier} did not leave recovery in ${String(promoteTimeoutMs / 1_000)} s`);
    }
    configure(instance, null);
    fs.rmSync(passfileOf(instance), { force: true });
    await session.query('SELECT pg_reload_conf()');
  });
}

export function versionOf(instance: Instance): Promise<string> {
  return withSession(instance, async (session) => {
    const text = await valueOf<string>(session, 'SHOW server_version');
    return text.split(' ')[0] ?? text;
  });
}

/** Waits until a replica streams from its source, so that its creation ends with a working replica. */
export async function untilStreaming(instance: Instance, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const sql = "SELECT count(*) > 0 FROM pg_stat_wal_receiver WHERE status = 'streaming'";
    if (await withSession(instance, (session) => valueOf<boolean>(session, sql))) return;
    await pause(100);
  }
  throw new Error(
    `replica ${instance.identifier} does not stream from its source after ${String(timeoutMs / 1_000)} s`,
  );
}
