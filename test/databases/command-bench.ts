import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { tied } from '../../scripts/programs/tied';
import type { DatasetSettings } from '../../scripts/settings/datasets';
import { EngineWork } from './engine-work';

const program = path.resolve(__dirname, '../../scripts/agente-dr');

export interface Ran {
  /** Null when it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

/** The command line over one vault, each command a process of its own, as people and schedules run it. */
export class CommandBench {
  readonly room: EngineWork;
  readonly logs: string;
  readonly scratch: string;

  constructor(name: string) {
    this.room = new EngineWork(name, 'files');
    this.logs = this.room.folder('logs');
    this.scratch = this.room.folder('scratch');
    fs.chmodSync(this.scratch, 0o711);
  }

  /** The settings of a machine; several may share the vault. */
  machine(name: string, datasets: Readonly<Record<string, DatasetSettings>>): string {
    const file = path.join(this.room.root, `${name}.yaml`);
    const { online, offline, vaultFolder } = this.room;
    const settings = {
      vault: { folder: vaultFolder },
      recipients: [online.recipient, offline.recipient],
      identity: online.identity,
      datasets,
      logs: this.logs,
      scratch: this.scratch,
    };
    fs.writeFileSync(file, stringify(settings), { mode: 0o600 });
    return file;
  }

  /** To its end. */
  async run(machine: string, ...words: readonly string[]): Promise<Ran> {
    const { ended } = this.start(machine, words);
    return ended;
  }

  /** Killed after so long, with everything that it started; one that has ended before has a code. */
  async killed(machine: string, words: readonly string[], afterMs: number): Promise<Ran> {
    const { child, ended } = this.start(machine, words);
    const over = new AbortController();
    const killing = pause(afterMs, undefined, { signal: over.signal }).then(
      () => process.kill(-(child.pid ?? 0), 'SIGKILL'),
      () => undefined,
    );
    const ran = await ended;
    over.abort();
    await killing;
    return ran;
  }

  private start(machine: string, words: readonly string[]): { child: ChildProcess; ended: Promise<Ran> } {
    const { command, args } = tied(program, words);
    const begun = Date.now();
    // A group of its own, so that it can be killed with all its children as a container is.
    const child = spawn(command, args, {
      detached: true,
      cwd: this.room.root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AGENTE_DR_SETTINGS: machine, AGENTE_DR_OPERATOR: 'oncall' },
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
    }
    // Its exit and not the end of its output: what survives it may hold that for a moment.
    const ended = new Promise<Ran>((resolve, reject) => {
      child.once('error', reject).once('close', (code) => {
        resolve({ code, ...said, ms: Date.now() - begun });
      });
    });
    return { child, ended };
  }

  remove(): void {
    this.room.remove();
  }
}
