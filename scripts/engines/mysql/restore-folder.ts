import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { giveToServerUser } from '../../programs/server-programs';

/** What is known of a restored state once it is finished. */
export interface RestoredState {
  readonly reached: string | null;
  readonly serverVersion: string;
}

/** While it is there, what lies beside it is no restored state. */
const marker = '.agente-unfinished';
const stateFile = 'restored.json';
/**
 * While a state is unfinished its system table space bears this name: a server that is started on it as usual
 * finds a redo log without it, and refuses.
 */
export const unfinishedSpace = 'ibdata1.unfinished';
export const finishedSpace = 'ibdata1';

/** Where a state is made, and where it lies once it is finished. */
export class RestoreFolder {
  readonly unfinished: string;
  readonly data: string;
  /** Of the throw-away server: its socket, log and temporary files. */
  readonly home: string;
  /** Pieces of log on their way. */
  readonly logs: string;

  constructor(readonly root: string) {
    this.unfinished = path.join(root, 'data.unfinished');
    this.data = path.join(root, 'data');
    this.home = path.join(root, 'server');
    this.logs = path.join(root, 'log');
  }

  /** Anew, whatever a killed run left. @throws AgenteError target-wrong for a folder that holds something else. */
  begin(): void {
    fs.mkdirSync(this.root, { recursive: true, mode: 0o700 });
    const found = fs.readdirSync(this.root);
    if (found.length > 0 && !found.includes(marker)) {
      throw new AgenteError(
        'target-wrong',
        `${this.root} is not empty`,
        'Name an empty folder, or remove what lies there.',
      );
    }
    fs.writeFileSync(path.join(this.root, marker), 'This state is not finished: no server may be started on it.\n');
    for (const name of found.filter((each) => each !== marker))
      fs.rmSync(path.join(this.root, name), { recursive: true });
    giveToServerUser(this.root);
    for (const folder of [this.unfinished, this.home, this.logs]) {
      fs.mkdirSync(folder, { mode: 0o700 });
      giveToServerUser(folder);
    }
  }

  /** The server must have ended before. */
  finish(state: RestoredState): void {
    const space = path.join(this.unfinished, unfinishedSpace);
    fs.writeFileSync(path.join(this.root, stateFile), JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(this.unfinished, this.data);
    fs.renameSync(space.replace(this.unfinished, this.data), path.join(this.data, finishedSpace));
    fs.rmSync(this.logs, { recursive: true, force: true });
    fs.rmSync(path.join(this.root, marker));
  }

  /** Nothing that could be taken for a restored state; the marker stays. */
  clear(): void {
    for (const folder of [this.unfinished, this.data, this.logs]) fs.rmSync(folder, { recursive: true, force: true });
  }

  /** @throws AgenteError restore-damaged for a state that was never finished. */
  state(): RestoredState {
    if (fs.existsSync(path.join(this.root, marker)) || !fs.existsSync(path.join(this.root, stateFile))) {
      throw new AgenteError(
        'restore-damaged',
        `the state in ${this.root} was never finished`,
        'Run the restore again: it begins anew in the same folder.',
      );
    }
    return JSON.parse(fs.readFileSync(path.join(this.root, stateFile), 'utf8')) as RestoredState;
  }
}
