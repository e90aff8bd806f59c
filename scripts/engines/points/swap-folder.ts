import * as fs from 'node:fs';
import { chown, readdir, rename, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { instantName } from '../../recovery-points/instant-name';

/** What is added to the name of something that another takes the place of. */
export const beforeName = (now: Date): string => `.before-${instantName(now)}`;

/**
 * Puts a folder in the place of another one, with its owner; that one stays beside it.
 * @returns where it is; null when there was none. @throws AgenteError target-wrong; all is as before then.
 */
export async function swapFolder(folder: string, place: string, now: Date): Promise<string | null> {
  await giveTo(folder, await stat(fs.existsSync(place) ? place : path.dirname(place)));
  return exchange(folder, place, now);
}

/** The two renames alone: for whoever sees to the owner. @returns and throws as `swapFolder`. */
export async function exchange(folder: string, place: string, now: Date): Promise<string | null> {
  const previous = fs.existsSync(place) ? `${place}${beforeName(now)}` : null;
  try {
    if (previous !== null) await rename(place, previous);
    await rename(folder, place);
  } catch (error) {
    if (previous !== null && !fs.existsSync(place)) await rename(previous, place);
    throw notMovable(folder, place, error);
  }
  return previous;
}

async function giveTo(folder: string, owner: fs.Stats): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (const name of ['', ...(await readdir(folder, { recursive: true }))]) {
    await chown(path.join(folder, name), owner.uid, owner.gid);
  }
}

function notMovable(folder: string, place: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EXDEV', 'EBUSY', 'EACCES', 'EPERM'].includes(code)) return error as Error;
  return new AgenteError(
    'target-wrong',
    `${folder} cannot be put in the place of ${place} (${code})`,
    'Restore into a folder beside it on the same disk; let data be a folder below the mount, not the mount itself.',
    { cause: error },
  );
}
