import * as fs from 'node:fs';
import { copyFile, lstat, readdir, readlink, rm } from 'node:fs/promises';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { RedisServer } from '../../settings/datasets';
import { answers } from '../points/server-users';
import { swapFolder } from '../points/swap-folder';
import type { FileNames } from './live-server';
import { changedFiles, isRecord, readRestored } from './sums';
import { checkFinished } from './unfinished';

/** @throws AgenteError target-running, restore-damaged or target-wrong; nothing has changed then. */
export async function installState(
  folder: string,
  settings: RedisServer,
  now: Date,
): Promise<{ previous: string | null }> {
  checkFinished(folder);
  const restored = await readRestored(folder);
  const [changed] = await changedFiles(folder, restored);
  if (changed !== undefined) {
    const hint = 'Run the restore again.';
    throw new AgenteError('restore-damaged', `${folder}: ${changed.what}: ${changed.fact}`, hint);
  }
  await checkStopped(settings);
  const { data } = settings;
  // Cluster membership and users lie there too; they are the server's and not the state's.
  if (fs.existsSync(data)) await takeAlong(data, folder, restored.names);
  const previous = await swapFolder(folder, data, now);
  await rm(path.join(data, 'agente-restored.json'), { force: true });
  return { previous };
}

/** @throws AgenteError target-running when a server answers there, or lives in the folder. */
export async function checkStopped({ host, port, data }: RedisServer): Promise<void> {
  const user = (await answers(host, port)) ? `something answers on ${host}:${String(port)}` : await processIn(data);
  if (user === null) return;
  throw new AgenteError('target-running', `${user}; a restore would pull ${data} from under it`, 'Stop redis first.');
}

/** Redis lives in its data folder: whichever port it listens on, its working directory tells. */
async function processIn(data: string): Promise<string | null> {
  const real = fs.existsSync(data) ? fs.realpathSync(data) : data;
  const pids = fs.existsSync('/proc') ? (await readdir('/proc')).filter((name) => /^\d+$/.test(name)) : [];
  for (const pid of pids) {
    const folder = await readlink(`/proc/${pid}/cwd`).catch(() => null);
    const name = folder === real ? await fs.promises.readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') : '';
    if (/^(redis|valkey)/.test(name)) return `${name.trim()} (process ${pid}) runs in ${data}`;
  }
  return null;
}

async function takeAlong(from: string, to: string, names: FileNames): Promise<void> {
  for (const name of await readdir(from)) {
    const isState = name === names.dump || name === names.appendFolder || /^temp-.*\.(rdb|aof)$/.test(name);
    if (isState || isRecord(name) || fs.existsSync(path.join(to, name))) continue;
    const source = path.join(from, name);
    const found = await lstat(source);
    if (!found.isFile()) continue;
    await copyFile(source, path.join(to, name));
    await fs.promises.chmod(path.join(to, name), found.mode & 0o777);
  }
}
