import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import { asServerUser, giveToServerUser } from '../../../scripts/programs/server-programs';

/** How long a server may take to load or replay what it was given. */
const patienceMs = 300_000;
const lookEveryMs = 20;

/** A server that dies with this process. */
export class BenchServer {
  private child: ChildProcess | null = null;

  constructor(
    private readonly program: string,
    private readonly log: string,
  ) {}

  /** @throws AgenteError server-failed with its last words when it ends or does not get ready. */
  async start(args: readonly string[], isReady: () => Promise<boolean>): Promise<void> {
    const { command, args: words } = asServerUser(this.program, args);
    const log = fs.openSync(this.log, 'a');
    const child = spawn(command, words, { stdio: ['ignore', log, log], cwd: '/' });
    fs.closeSync(log);
    this.child = child;
    const deadline = Date.now() + patienceMs;
    while (!(await isReady().catch(() => false))) {
      await pause(lookEveryMs);
      if (child.exitCode === null && Date.now() < deadline) continue;
      const said = fs.readFileSync(this.log, 'utf8').trim().split('\n').slice(-3).join(' | ');
      throw new AgenteError('server-failed', `${this.program}: ${said}`, 'What it said names the cause.');
    }
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

/** A folder that the servers' user owns. */
export function serverFolder(folder: string): string {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  giveToServerUser(folder);
  return folder;
}
