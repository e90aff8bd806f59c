import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { giveToServerUser } from '../../programs/server-programs';
import { folderFailure } from '../../vault/folder-failure';

/** A folder that only the server's user, and root, can enter. */
export function ownedFolder(folder: string): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.chmodSync(folder, 0o700);
  giveToServerUser(folder);
  return folder;
}

/** Beside and renamed: a server may read it at any moment. */
export function writeOwned(file: string, content: string, mode = 0o600): void {
  const draft = `${file}.new`;
  try {
    fs.writeFileSync(draft, content, { mode });
    fs.chmodSync(draft, mode);
    giveToServerUser(draft);
    fs.renameSync(draft, file);
  } catch (error) {
    throw folderFailure(`cannot write ${file}`, error);
  }
}

/** What a server needs on its host to archive: it stays there between backups. */
export class ServerHome {
  constructor(readonly folder: string) {}

  get config(): string {
    return path.join(this.folder, 'pgbackrest.conf');
  }

  get passphrase(): string {
    return path.join(this.folder, 'pgbackrest.key');
  }

  /** pgBackRest insists that its name is in archive_command. */
  get archiveScript(): string {
    return path.join(this.folder, 'pgbackrest-archive-push');
  }

  prepare(): void {
    ownedFolder(this.folder);
    for (const name of ['lock', 'spool', 'log']) ownedFolder(path.join(this.folder, name));
  }

  /** Which installation this is: host names change, and a copied data directory is not the one it was copied from. */
  holder(): string {
    const file = path.join(this.folder, 'holder');
    if (!fs.existsSync(file)) writeOwned(file, `${randomUUID()}\n`);
    return fs.readFileSync(file, 'utf8').trim();
  }
}
