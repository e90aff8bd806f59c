import { readdir, realpath, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';

/** A file as it is now. */
export interface FoundFile {
  /** As the settings name it; a link is followed, and restored as a file. */
  readonly path: string;
  readonly real: string;
  readonly mode: number;
  readonly size: number;
}

/** Every file under these paths, each once, in the order of their names. @throws AgenteError source-damaged. */
export async function filesAt(paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const root of paths) {
    for (const file of await filesBelow(root)) found.set(file.path, file);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function filesBelow(place: string): Promise<FoundFile[]> {
  const real = await realpath(place).catch((error: unknown) => {
    const hint = 'Bring it back, or take it out of the settings: a copy without it would look whole.';
    throw new AgenteError('source-damaged', `${place} is not there`, hint, { cause: error });
  });
  const { mode, size, ...found } = await stat(real).then((stats) => ({
    mode: stats.mode & 0o777,
    size: stats.size,
    isFolder: stats.isDirectory(),
    isFile: stats.isFile(),
  }));
  if (found.isFile) return [{ path: place, real, mode, size }];
  if (!found.isFolder) return [];
  const files: FoundFile[] = [];
  for (const name of await readdir(real)) files.push(...(await filesBelow(path.join(place, name))));
  return files;
}
