import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import { serverUser } from '../../programs/server-programs';
import { ownedFolder, writeOwned } from './home';

const marker = '.agente-unfinished';
const stateFile = 'restored.json';

const stateSchema = z.object({
  reached: z.iso.datetime().nullable(),
  systemIdentifier: z.string().nullable(),
  /** Rows by table, as loaded; what a second loading is held against. */
  rows: z.record(z.string(), z.int()).optional(),
});
type RestoredState = z.infer<typeof stateSchema>;

/** Where a state is made; the data directory in it becomes the server's when it is installed. */
export class RestoreFolder {
  constructor(readonly root: string) {}

  readonly data = this.at('data');
  /** pgBackRest's configuration and locks; it holds secrets and goes when the restore ends. */
  readonly tool = this.at('pgbackrest');
  /** Files of a logical copy, which its installation loads again. */
  readonly dump = this.at('dump');
  /** Segments on their way to the server. */
  readonly log = this.at('log');
  readonly tablespaces = this.at('tablespaces');
  /** Of the throw-away server: its configuration, output and socket. */
  readonly server = this.at('server');

  /** @throws AgenteError target-wrong for a folder that holds something that no restore of ours left. */
  begin(): void {
    fs.mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const found = fs.readdirSync(this.root);
    if (found.length > 0 && !found.includes(marker)) {
      throw new AgenteError('target-wrong', `${this.root} is not empty`, 'Name an empty folder.');
    }
    fs.writeFileSync(this.at(marker), 'This state is not finished: no server may be started on it.\n', { mode: 0o600 });
    ownedFolder(this.root);
    this.letThrough();
    for (const folder of [this.tool, this.log, this.server]) fs.rmSync(folder, { recursive: true, force: true });
    for (const folder of [this.data, this.tool, this.log, this.server]) ownedFolder(folder);
  }

  /** The server must have ended before. */
  finish(state: RestoredState): void {
    writeOwned(this.at(stateFile), JSON.stringify(state));
    for (const folder of [this.tool, this.log]) fs.rmSync(folder, { recursive: true, force: true });
    fs.rmSync(this.at(marker));
  }

  /** Leaves nothing that a server would open. */
  clear(): void {
    for (const folder of [this.data, this.tool, this.log, this.dump, this.tablespaces]) {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  }

  /** @throws AgenteError restore-damaged for a state that was never finished. */
  state(): RestoredState {
    if (!fs.existsSync(this.at(marker)) && fs.existsSync(this.at(stateFile))) {
      return stateSchema.parse(JSON.parse(fs.readFileSync(this.at(stateFile), 'utf8')));
    }
    throw new AgenteError(
      'restore-damaged',
      `the state in ${this.root} was never finished`,
      'Run the restore again: it begins anew in the same folder.',
    );
  }

  private at(name: string): string {
    return path.join(this.root, name);
  }

  /** A server that runs as another user must pass through the folder above; it may not read there. */
  private letThrough(): void {
    if (!serverUser().lent) return;
    const above = path.dirname(this.root);
    const { mode, uid } = fs.statSync(above);
    if ((mode & 0o001) === 0 && uid === process.getuid?.()) fs.chmodSync(above, (mode & 0o7777) | 0o011);
  }
}
