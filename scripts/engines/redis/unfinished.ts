import * as fs from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { giveToServerUser } from '../../programs/server-programs';
import type { FileNames } from './live-server';

const marker = '.agente-unfinished';
const room = '.incoming';

/** Where the state is made: no server looks for its files here. */
export const incoming = (folder: string): string => path.join(folder, room);

const manifestOf = (folder: string, names: FileNames): string =>
  path.join(folder, names.appendFolder, `${names.appendFile}.manifest`);

/**
 * A folder that holds no state yet, and that no Redis opens: it would start empty in an empty folder and say
 * nothing. With an append-only file it misses the base that this manifest names, without one it reads no dump.
 */
export async function beginUnfinished(folder: string, names: FileNames): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await clear(folder);
  await writeFile(path.join(folder, marker), 'agente-dr has not finished this folder\n', { mode: 0o600 });
  await mkdir(path.join(folder, names.appendFolder), { mode: 0o700 });
  const base = `${names.appendFile}.unfinished.base.rdb`;
  await writeFile(manifestOf(folder, names), `file ${base} seq 1 type b\n`, { mode: 0o600 });
  await writeFile(path.join(folder, names.dump), 'unfinished\n', { mode: 0o600 });
  await mkdir(incoming(folder), { mode: 0o700 });
  giveToServerUser(folder);
  giveToServerUser(incoming(folder));
}

/** What a run that was killed left is begun anew; what somebody else put there is nobody's to remove. */
async function clear(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length === 0) return;
  if (!names.includes(marker)) {
    throw new AgenteError(
      'target-wrong',
      `${folder} is not empty, and not left by an unfinished restore`,
      'Name an empty folder, or one that does not exist.',
    );
  }
  // The marker goes last, so that a kill in here leaves an unfinished folder again.
  for (const name of names.filter((each) => each !== marker)) await rm(path.join(folder, name), { recursive: true });
}

/** Puts the state into its places; whichever file a server reads first is valid only when everything is. */
export async function finish(folder: string, names: FileNames): Promise<void> {
  const made = path.join(incoming(folder), names.appendFolder);
  const manifest = `${names.appendFile}.manifest`;
  for (const name of (await readdir(made)).filter((each) => each !== manifest)) {
    await rename(path.join(made, name), path.join(folder, names.appendFolder, name));
  }
  giveToServerUser(path.join(folder, names.appendFolder));
  await rename(path.join(incoming(folder), names.dump), path.join(folder, names.dump));
  await rename(path.join(made, manifest), manifestOf(folder, names));
  await rm(incoming(folder), { recursive: true });
  await rm(path.join(folder, marker));
}

/** @throws AgenteError restore-damaged for a folder that a restore left before its end. */
export function checkFinished(folder: string): void {
  const whole = fs.existsSync(folder) && !fs.existsSync(path.join(folder, marker));
  if (whole) return;
  throw new AgenteError(
    'restore-damaged',
    `${folder} holds no finished restore`,
    'Run the restore again; it begins anew.',
  );
}
