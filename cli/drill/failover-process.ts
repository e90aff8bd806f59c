import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { MemoryWatch } from './memory';

const stepEvent = z.object({
  event: z.literal('step'),
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  at: z.string(),
  detail: z.string().optional(),
});

/** A step of the failover as its own report tells it. Instants are Unix ms. */
export interface StepRun {
  readonly id: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly detail: string;
}

export interface FailoverProcess {
  readonly steps: ReadonlyMap<string, StepRun>;
  /** Resolves with the exit code (null when a signal ended it) and the last lines that it wrote for people. */
  readonly ended: Promise<{ code: number | null; message: string }>;
  /** Peak memory of its process tree in MB. Call it once, after the end. */
  peakMemoryMb(): number | null;
  kill(): void;
}

/** Notes a line of the failover's report. Lines that are no step (the result, an error) are not ours to judge. */
export function noteStep(steps: Map<string, StepRun>, line: string): StepRun | null {
  const parsed = stepEvent.safeParse(parseJson(line));
  if (!parsed.success) return null;
  const { id, state, detail } = parsed.data;
  const at = Date.parse(parsed.data.at);
  const before = steps.get(id);
  const run: StepRun = {
    id,
    startedAt: before?.startedAt ?? at,
    endedAt: state === 'running' ? null : at,
    state,
    detail: detail ?? before?.detail ?? '',
  };
  steps.set(id, run);
  return run;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Starts the command of the real night, as an operator would: `agente-dr failover --yes --json`. It
 * dies with the drill.
 */
export function startFailover(environment: NodeJS.ProcessEnv, onStep: (run: StepRun) => void): FailoverProcess {
  const command = [process.execPath, path.join(__dirname, '..', 'main.js'), 'failover', '--yes', '--json'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C must reach the drill first, which then ends this one.
    detached: true,
  });
  const steps = new Map<string, StepRun>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const run = noteStep(steps, line);
    if (run !== null) onStep(run);
  });
  const memory = child.pid === undefined ? null : new MemoryWatch(child.pid);
  return {
    steps,
    ended: endOf(child),
    peakMemoryMb: () => memory?.stop() ?? null,
    kill: () => {
      killGroup(child);
    },
  };
}

function endOf(child: ChildProcess): FailoverProcess['ended'] {
  const lastLines: string[] = [];
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 12) lastLines.shift();
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      resolve({ code: null, message: error.message });
    });
    child.once('close', (code) => {
      resolve({ code, message: lastLines.join('\n') });
    });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended between the look and the signal.
  }
}
