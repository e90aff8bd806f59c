import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { run } from '../../programs/run';
import type { PostgresServer } from '../../settings/datasets';
import { instantName } from '../../recovery-points/instant-name';
import type { Work } from '../engine';
import { exchange } from '../points/swap-folder';
import type { RestoreFolder } from './restore-folder';
import { localAccess, withSession } from './session';
import { controlData } from './throw-away-server';

/** @throws AgenteError target-running while a server works in the data directory or at its address. */
export async function refuseRunningServer(server: PostgresServer): Promise<void> {
  const running = (how: string): AgenteError =>
    new AgenteError(
      'target-running',
      `PostgreSQL still runs on ${server.data}: ${how}`,
      'Stop it, then run this again.',
    );
  const lock = path.join(server.data, 'postmaster.pid');
  if (fs.existsSync(lock)) {
    const pid = fs.readFileSync(lock, 'utf8').split('\n', 1)[0] ?? '';
    if (isServer(pid, server.data)) throw running(`process ${pid}`);
  }
  const answers = await withSession(localAccess(server, 'postgres'), async (session) => {
    const { rows } = await session.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
    return rows[0]?.folder ?? '';
  }).catch((error: unknown) => (isRefusal(error) ? 'it answers and lets nobody in' : null));
  if (answers !== null) throw running(`${server.socketDir}, port ${server.port}, answers (${answers})`);
}

/** A server that lets nobody in, or is just starting or stopping, is one that runs. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof AgenteError ? error.cause : error;
  return typeof cause === 'object' && cause !== null && 'severity' in cause;
}

function isServer(pid: string, data: string): boolean {
  try {
    return fs.realpathSync(`/proc/${pid}/cwd`) === fs.realpathSync(data);
  } catch {
    return false;
  }
}

/** @throws AgenteError target-wrong when the live files are those of another cluster than the restored ones. */
export async function refuseOtherCluster(data: string, restored: string): Promise<void> {
  if (!fs.existsSync(path.join(data, 'global', 'pg_control'))) {
    if (!fs.existsSync(data) || fs.readdirSync(data).length === 0) return;
    throw new AgenteError(
      'target-wrong',
      `${data} holds something, and no PostgreSQL`,
      'Check `data` in the settings.',
    );
  }
  const of = async (folder: string) => (await controlData(folder)).get('Database system identifier');
  const [live, back] = [await of(data), await of(restored)];
  if (live === back || live === undefined) return;
  throw new AgenteError(
    'target-wrong',
    `${data} is of cluster ${live}, what was restored is of ${String(back)}`,
    'Move the directory away by hand if it is to be replaced.',
  );
}

/** The swap by rename; what was there stays beside it. */
export async function installData(
  server: PostgresServer,
  folder: RestoreFolder,
  work: Work,
): Promise<{ previous: string | null }> {
  folder.state();
  await refuseRunningServer(server);
  await refuseOtherCluster(server.data, folder.data);
  const now = work.now();
  const incoming = await bringNear(folder, server.data, work);
  moveTablespaces(folder, incoming, `${server.data}.tablespaces-${instantName(now)}`);
  return { previous: await exchange(incoming, server.data, now) };
}

/** On the disk of the live data, so that the last step is a rename. */
async function bringNear(folder: RestoreFolder, data: string, work: Work): Promise<string> {
  const parent = path.dirname(data);
  if (fs.statSync(parent).dev === fs.statSync(folder.data).dev) return folder.data;
  const incoming = `${data}.incoming`;
  fs.rmSync(incoming, { recursive: true, force: true });
  await run('cp', ['-a', folder.data, incoming], { signal: work.signal });
  return incoming;
}

function moveTablespaces(folder: RestoreFolder, data: string, home: string): void {
  if (!fs.existsSync(folder.tablespaces)) return;
  fs.renameSync(folder.tablespaces, home);
  const links = path.join(data, 'pg_tblspc');
  for (const name of fs.readdirSync(links)) {
    const link = path.join(links, name);
    const target = fs.readlinkSync(link).replace(folder.tablespaces, home);
    fs.rmSync(link);
    fs.symlinkSync(target, link);
  }
}
