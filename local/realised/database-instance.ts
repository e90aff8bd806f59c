import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionContext } from '../supervisor/part';
import { giveToServerUser } from '../../scripts/programs/server-programs';

/** Where one database server lies and listens, whatever its engine. */
export interface Instance {
  readonly identifier: string;
  readonly port: number;
  readonly address: string;
  readonly home: string;
  readonly data: string;
  readonly socketDir: string;
  readonly tlsDir: string;
  /** Name of its backups in the region's store: never another instance's, also when that bears the identifier later. */
  readonly archive: string;
}

type Named = Pick<Instance, 'identifier' | 'port' | 'archive'>;

export function instanceOf(context: RegionContext, { identifier, port, archive }: Named): Instance {
  const home = path.join(context.dir, 'database', identifier);
  // A unix socket's path has at most 107 characters: the region's own folder would be too deep.
  const short = createHash('sha256').update(`${context.region}/${identifier}`).digest('hex').slice(0, 8);
  return {
    identifier,
    port,
    home,
    address: context.address,
    data: path.join(home, 'data'),
    socketDir: path.join(context.machine.dir, 's', short),
    tlsDir: context.machine.tlsDir,
    archive,
  };
}

/** Empty folders for a server, whatever a half-done create left there. */
export function prepareFolders(context: RegionContext, instance: Instance): void {
  context.folder('database');
  removeFolders(instance);
  for (const folder of [instance.home, instance.socketDir]) {
    fs.mkdirSync(folder, { mode: 0o700 });
    giveToServerUser(folder);
  }
}

export function removeFolders(instance: Instance): void {
  for (const folder of [instance.home, instance.socketDir]) fs.rmSync(folder, { recursive: true, force: true });
}
