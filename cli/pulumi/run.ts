import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import type { Project } from './project';

export interface PulumiRun {
  readonly project: Project;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Takes every line of the output, appended. */
  readonly logFile?: string;
  readonly onLine?: (line: string) => void;
  /** Called with the pid before pulumi does anything; pulumi starts when it has resolved. */
  readonly beforeStart?: (pid: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

export interface PulumiOutcome {
  readonly code: number | null;
  readonly stdout: string;
  /** What it wrote for people, both streams in order of arrival. */
  readonly output: string;
}

/** How long an interrupted pulumi may take to write its state before it is killed. */
const patience = duration('20s');
/** How long output may still arrive after its end. */
const lastWords = duration('1s');

/**
 * Waits for one line before it becomes pulumi, so that its pid can be written down before it takes the
 * stack's lock. When the parent dies first, the read fails and pulumi never starts.
 */
const gate = ['sh', '-c', 'read -r go && exec "$@" </dev/null', 'pulumi-gate', 'pulumi'];

function command(args: readonly string[]): [string, string[]] {
  // A pulumi that outlives its orchestrator would go on while the next one takes over.
  const guard = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  const [program = '', ...rest] = [...guard, ...gate, ...args];
  return [program, rest];
}

function missing(error: Error): AgenteError {
  return new AgenteError('prerequisite-missing', `cannot start pulumi: ${error.message}`, 'Run `npm run setup`.', {
    cause: error,
  });
}

/** Runs pulumi in a process group of its own; Ctrl-C reaches only the caller, who decides. */
export async function runPulumi(run: PulumiRun): Promise<PulumiOutcome> {
  run.signal?.throwIfAborted();
  const [program, args] = command([...run.args, '--cwd', run.project.dir, '--non-interactive', '--color', 'never']);
  const child = spawn(program, args, {
    cwd: run.project.dir,
    env: { ...process.env, ...run.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = outcomeOf(child, run);
  const stop = interrupter(child);
  run.signal?.addEventListener('abort', stop.interrupt, { once: true });
  try {
    if (child.pid !== undefined) await run.beforeStart?.(child.pid);
    child.stdin.on('error', () => undefined);
    child.stdin.end('go\n');
    return await ended;
  } catch (error) {
    stop.kill();
    throw error;
  } finally {
    stop.clear();
    run.signal?.removeEventListener('abort', stop.interrupt);
  }
}

function interrupter(child: ChildProcess): { interrupt: () => void; kill: () => void; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended between the look and the signal.
    }
  };
  return {
    interrupt: () => {
      // Only pulumi itself: it ends its own children, after they have said how far they came.
      child.kill('SIGINT');
      timer = setTimeout(() => {
        send('SIGKILL');
      }, patience.ms);
    },
    kill: () => {
      send('SIGKILL');
    },
    clear: () => {
      clearTimeout(timer);
    },
  };
}

async function outcomeOf(child: ChildProcess, run: PulumiRun): Promise<PulumiOutcome> {
  const lines: string[] = [];
  const log = run.logFile === undefined ? null : openLog(run.logFile);
  let stdout = '';
  // A character may arrive in two pieces.
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      log?.write(`${line}\n`);
      run.onLine?.(line);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => {
      reject(missing(error));
    });
    child.once('close', resolve);
    // A plug-in that outlives a killed engine may hold the pipes open.
    child.once('exit', (ended) => {
      setTimeout(resolve, lastWords.ms, ended).unref();
    });
  });
  log?.end();
  // 127 is the shell's word for a program that is not on PATH.
  if (code === 127 && lines.some((line) => line.includes('pulumi'))) throw missing(new Error(lines.join(' ')));
  return { code, stdout, output: lines.join('\n') };
}

/** A full disk must not stop a failover: what cannot be logged is lost. */
function openLog(file: string): fs.WriteStream {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const stream = fs.createWriteStream(file, { flags: 'a', mode: 0o600 });
  stream.on('error', () => undefined);
  return stream;
}
