import { constants } from 'node:fs';
import { chmod, chown, copyFile, link, lstat, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { beforeName } from './swap-folder';
import { filesIn, type RestoredFile } from './restored-files';

/**
 * Puts restored files where the settings have them, one after the other, each whole at every moment. A file
 * that differs is kept beside; one that replaces another has its owner and mode, a new one is 0600.
 * @param below what all names in the archive begin with.
 * @returns the names that were kept.
 */
export async function putFiles(
  folder: string,
  files: readonly RestoredFile[],
  paths: readonly string[],
  now: Date,
  below = '',
): Promise<string[]> {
  const places = files.map((file) => ({
    from: path.join(filesIn(folder), file.name),
    to: placeOf(file.name.slice(below.length), paths),
  }));
  const suffix = beforeName(now);
  const kept: string[] = [];
  for (const { from, to } of places) {
    await mkdir(path.dirname(to), { recursive: true, mode: 0o700 });
    const before = await lstat(to).catch(() => null);
    if (before !== null && (await readFile(from)).equals(await readFile(to))) continue;
    // What a link points to is what the application reads: that is replaced, and the link stays.
    const target = before?.isSymbolicLink() === true ? await realpath(to) : to;
    const draft = path.join(path.dirname(target), `.agente-${path.basename(target)}`);
    await rm(draft, { force: true });
    await copyFile(from, draft, constants.COPYFILE_EXCL);
    await chmod(draft, 0o600);
    if (before !== null) {
      const old = await stat(target);
      await chmod(draft, old.mode & 0o777);
      if (process.getuid?.() === 0) await chown(draft, old.uid, old.gid);
      await link(target, target + suffix);
      kept.push(target + suffix);
    }
    await rename(draft, target);
  }
  return kept;
}

/** Archives name files from the root of the disk, older ones from wherever they were packed. */
function placeOf(name: string, paths: readonly string[]): string {
  const absolute = `/${name}`;
  if (paths.some((root) => absolute === root || absolute.startsWith(`${root}/`))) return absolute;
  const ending = paths.filter((root) => root.endsWith(`/${name}`));
  const [place] = ending;
  if (place !== undefined && ending.length === 1) return place;
  throw new AgenteError(
    'target-wrong',
    `${name} lies below none of the paths of this dataset`,
    'Name its path in the settings, or restore into a folder and copy it by hand.',
  );
}
