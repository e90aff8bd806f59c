import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Exit, Server, ServerSpec } from './part';
import { asServerUser } from '../../scripts/programs/server-programs';

const readyTimeoutMs = 30_000;
const pollMs = 20;
const shortestRestartMs = 200;
const longestRestartMs = 5_000;
/** A server that ran this long before it ended starts again without the pauses of earlier failures. */
const steadyMs = 30_000;

export interface ServerPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly log: (message: string) => void;
}

/** Last lines of a log file: what an error message shows of a server that failed. */
export function lastLines(file: string, count = 8): string {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '(no output)';
  }
}

/** A server process that this supervisor owns: it dies with the supervisor and is started again when it fails. */
export class ManagedServer implements Server {
  state: Server['state'] = 'starting';
  private child: ChildProcess | null = null;
  private ended: Promise<Exit> = Promise.resolve({ code: null, signal: null });
  private stopping = false;
  private failures = 0;

  private constructor(
    private readonly spec: ServerSpec,
    private readonly place: ServerPlace,
  ) {}

  /** @throws Error with the log's last lines when the server does not answer within 30 s. */
  static async start(spec: ServerSpec, place: ServerPlace): Promise<ManagedServer> {
    const server = new ManagedServer(spec, place);
    try {
      await server.launch();
    } catch (error) {
      await server.stop('SIGKILL');
      throw error;
    }
    return server;
  }

  get pid(): number | null {
    return this.child?.exitCode === null && this.child.signalCode === null ? (this.child.pid ?? null) : null;
  }

  untilEnded(): Promise<Exit> {
    return this.ended;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== null) this.child?.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 5_000): Promise<void> {
    this.stopping = true;
    this.signal(signal);
    const abort = new AbortController();
    const late = pause(graceMs, undefined, { signal: abort.signal, ref: false }).then(
      () => {
        this.signal('SIGKILL');
      },
      () => undefined,
    );
    await this.ended;
    abort.abort();
    await late;
    this.state = 'stopped';
  }

  private async launch(): Promise<void> {
    this.state = 'starting';
    this.spawn();
    await this.untilReady();
    this.state = 'running';
  }

  private spawn(): void {
    const { command, args } = asServerUser(this.spec.command, this.spec.args);
    const output = fs.openSync(this.place.logFile, 'a', 0o640);
    const startedAt = Date.now();
    const child = spawn(command, args, {
      cwd: this.spec.cwd ?? this.place.cwd,
      env: { ...this.place.env, ...this.spec.env },
      stdio: ['ignore', output, output],
    });
    fs.closeSync(output);
    this.child = child;
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => {
        this.place.log(`cannot start: ${error.message}`);
        resolve({ code: null, signal: null });
      });
      child.once('exit', (code, signal) => {
        resolve({ code, signal });
        this.onExit(child, code, signal, Date.now() - startedAt);
      });
    });
  }

  private onExit(child: ChildProcess, code: number | null, signal: string | null, ranMs: number): void {
    if (this.child !== child || this.stopping) return;
    const wasRunning = this.state === 'running';
    this.state = 'failed';
    this.place.log(`${this.spec.kind} ${this.spec.name} ended by itself: ${signal ?? `exit code ${String(code)}`}`);
    // The first start reports its failure to the caller instead of trying for ever.
    if (wasRunning && this.spec.restart) void this.startAgain(ranMs);
  }

  private async startAgain(ranMs: number): Promise<void> {
    this.failures = ranMs > steadyMs ? 0 : this.failures;
    while (!this.stopping) {
      await pause(Math.min(longestRestartMs, shortestRestartMs * 2 ** this.failures), undefined, { ref: false });
      this.failures += 1;
      if (this.isStopping()) return;
      try {
        await this.launch();
        return;
      } catch (error) {
        this.place.log(error instanceof Error ? error.message : String(error));
        this.signal('SIGKILL');
        await this.ended;
      }
    }
  }

  /** Asked through a call, because the flag changes while this object waits. */
  private isStopping(): boolean {
    return this.stopping;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs;
    while (Date.now() < deadline) {
      if (this.pid === null) throw new Error(this.complaint('ended before it answered'));
      if (await this.spec.ready().catch(() => false)) return;
      await pause(pollMs);
    }
    throw new Error(this.complaint(`did not answer within ${String(readyTimeoutMs / 1_000)} s`));
  }

  private complaint(what: string): string {
    return `${this.spec.kind} ${this.spec.name} ${what}:\n${lastLines(this.place.logFile)}`;
  }
}
