import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { RegionContext, Server } from '../../supervisor/part';
import { postgresProgram } from '../../supervisor/programs';
import { configure, isAnswering, type Cluster } from './cluster';
import { valueOf, withSession } from './session';

const promoteTimeoutMs = 60_000;

/** Starts the server of a cluster and waits until it answers SQL; a standby answers once it is consistent. */
export function startServer(context: RegionContext, cluster: Cluster): Promise<Server> {
  return context.start({
    kind: 'database',
    name: cluster.identifier,
    command: postgresProgram('postgres'),
    args: ['-D', cluster.data],
    cwd: cluster.data,
    restart: true,
    ready: () => isAnswering(cluster),
  });
}

/** Ends recovery and waits until the server accepts writes. A server that is promoted already stays as it is. */
export async function promote(cluster: Cluster): Promise<void> {
  await withSession(cluster, async (session) => {
    if (await valueOf<boolean>(session, 'SELECT pg_is_in_recovery()')) {
      const done = await valueOf<boolean>(session, 'SELECT pg_promote(true, $1)', [promoteTimeoutMs / 1_000]);
      if (!done)
        throw new Error(`${cluster.identifier} did not leave recovery in ${String(promoteTimeoutMs / 1_000)} s`);
    }
    configure(cluster, null);
    fs.rmSync(cluster.passfile, { force: true });
    await session.query('SELECT pg_reload_conf()');
  });
}

export function versionOf(cluster: Cluster): Promise<string> {
  return withSession(cluster, async (session) => {
    const text = await valueOf<string>(session, 'SHOW server_version');
    return text.split(' ')[0] ?? text;
  });
}

/** Waits until a replica streams from its source, so that its creation ends with a working replica. */
export async function untilStreaming(cluster: Cluster, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const sql = "SELECT count(*) > 0 FROM pg_stat_wal_receiver WHERE status = 'streaming'";
    if (await withSession(cluster, (session) => valueOf<boolean>(session, sql))) return;
    await pause(100);
  }
  throw new Error(`replica ${cluster.identifier} does not stream from its source after ${String(timeoutMs / 1_000)} s`);
}
