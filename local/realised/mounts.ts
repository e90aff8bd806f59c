import * as fs from 'node:fs';
import * as path from 'node:path';
import { RegionRefusal, type FileVolume, type TaskDefinition } from '../api';
import type { RegionContext } from '../supervisor/part';

/** Where the files of a volume lie on this machine. */
export interface FileSource {
  /** @throws RegionRefusal ResourceInitializationError when the file system cannot be mounted. */
  folderOf(volume: FileVolume): string;
}

export interface Mount {
  readonly volume: string;
  readonly path: string;
  readonly folder: string;
}

/** What a container of a task mounts. @throws RegionRefusal when a volume is not declared or cannot be mounted. */
export function mountsOf(context: RegionContext, task: string, definition: TaskDefinition, files: FileSource): Mount[] {
  return definition.containers.flatMap((container) =>
    container.mounts.map(({ volume, path: place }) => {
      const declared = definition.volumes.find(({ name }) => name === volume);
      if (declared === undefined) throw new RegionRefusal('ClientException', `Unknown volume '${volume}'.`);
      const folder = declared.fileSystem === null ? context.folder('scratch', task, volume) : files.folderOf(declared);
      return { volume, path: place, folder };
    }),
  );
}

/** What a task wrote outside the file systems goes with it. */
export function forgetScratch(context: RegionContext, task: string): void {
  fs.rmSync(path.join(context.dir, 'scratch', task), { recursive: true, force: true });
}

/**
 * A task here is a process, not a container: it has no root of its own in which a mount path could lie.
 * So a mount path that stands alone or begins a path, in an argument or a variable, becomes the folder's.
 */
export function relocated(text: string, mounts: readonly Mount[]): string {
  if (mounts.length === 0) return text;
  // In one pass: a folder may itself begin like a mount path.
  const places = mounts.map(({ path: place }) => place.replace(/\/$/, '')).sort((a, b) => b.length - a.length);
  const literal = (place: string): string => place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const standing = new RegExp(`(^|[=:,;\\s'"])(${places.map(literal).join('|')})(?=$|[/:,;\\s'"])`, 'g');
  return text.replace(standing, (_all, before: string, found: string) => {
    const mount = mounts.find(({ path: place }) => place.replace(/\/$/, '') === found);
    return before + (mount?.folder ?? found);
  });
}

/** `VOLUME_<NAME>` says where a volume lies, for programs that know they may run here. */
export function mountVariables(mounts: readonly Mount[]): Record<string, string> {
  return Object.fromEntries(
    mounts.map(({ volume, folder }) => [`VOLUME_${volume.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`, folder]),
  );
}
