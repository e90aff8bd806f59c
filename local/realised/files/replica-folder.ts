import * as fs from 'node:fs';
import * as path from 'node:path';
import { giveToServerUser } from '../../../scripts/programs/server-programs';

const closedFolder = 0o555;
const openFolder = 0o755;
const writableByNobody = 0o444;
const writableByOwner = 0o200;

/** @throws Error for a path that would leave the folder. */
function inside(folder: string, relative: string): string {
  const place = path.resolve(folder, relative);
  if (!place.startsWith(folder + path.sep)) throw new Error(`${relative} lies outside the file system`);
  return place;
}

/** Every folder from the root of the file system down to a file's. */
function foldersTo(folder: string, place: string): string[] {
  const parts = path.relative(folder, path.dirname(place)).split(path.sep);
  return parts.reduce((list, part) => [...list, path.join(list.at(-1) ?? folder, part)], [folder]);
}

/** Does work in folders that are closed to tasks; they are open for that moment only. */
function opened(folders: readonly string[], work: () => void): void {
  for (const one of folders) {
    if (!fs.existsSync(one)) fs.mkdirSync(one);
    fs.chmodSync(one, openFolder);
  }
  try {
    work();
  } finally {
    for (const one of [...folders].reverse()) fs.chmodSync(one, closedFolder);
  }
}

/** Closes a folder to everybody who is not this supervisor: a replica takes no writes. */
export function closeFolder(folder: string): void {
  if (process.getuid?.() === 0) fs.chownSync(folder, 0, 0);
  fs.chmodSync(folder, closedFolder);
}

/** Puts an arrived file in its place: readers see the old one or the new one. */
export function placeFile(folder: string, relative: string, draft: string, mtime: Date): void {
  const place = inside(folder, relative);
  opened(foldersTo(folder, place), () => {
    fs.chmodSync(draft, writableByNobody);
    fs.utimesSync(draft, mtime, mtime);
    fs.renameSync(draft, place);
  });
}

export function removeFile(folder: string, relative: string): void {
  const place = inside(folder, relative);
  if (!fs.existsSync(place)) return;
  opened(foldersTo(folder, place), () => {
    fs.rmSync(place, { recursive: true });
  });
}

/** Gives everything to the tasks: the replica has become a file system of its own. */
export function openToTasks(folder: string): void {
  fs.chmodSync(folder, openFolder);
  giveToServerUser(folder);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) openToTasks(place);
    else {
      fs.chmodSync(place, writableByNobody | writableByOwner);
      giveToServerUser(place);
    }
  }
}
