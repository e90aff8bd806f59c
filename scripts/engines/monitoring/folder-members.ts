import { lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { TarMember } from '../../archive/tar-out';
import { filesAt } from '../points/files-at';

/** Files and folders by their absolute paths, below a name in the archive. */
export async function membersAt(paths: readonly string[], below: string): Promise<TarMember[]> {
  const files = await filesAt(paths);
  return files.map((file) => ({
    name: `${below}${file.path}`,
    mode: file.mode,
    content: { kind: 'file', path: file.real },
  }));
}

/** Every file of a folder by its relative path, below a name in the archive; links and sockets are left out. */
export async function membersOf(
  folder: string,
  below: string,
  isWanted: (name: string) => boolean = () => true,
): Promise<TarMember[]> {
  const members: TarMember[] = [];
  const walk = async (relative: string): Promise<void> => {
    for (const name of (await readdir(path.join(folder, relative))).sort()) {
      const inner = path.join(relative, name);
      if (!isWanted(inner)) continue;
      const place = path.join(folder, inner);
      const found = await lstat(place);
      if (found.isDirectory()) await walk(inner);
      else if (found.isFile()) {
        members.push({ name: `${below}/${inner}`, mode: found.mode & 0o777, content: { kind: 'file', path: place } });
      }
    }
  };
  await walk('');
  return members;
}

/** Bytes of all files of a folder; 0 when it is not there. */
export async function bytesOfFolder(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    const found = await lstat(path.join(folder, name)).catch(() => null);
    if (found?.isFile() === true) bytes += found.size;
  }
  return bytes;
}
