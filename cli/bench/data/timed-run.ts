import { spawn } from 'node:child_process';
import { setInterval } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import { treeMemory } from './process-memory';

/** What one run of a program took. */
export interface Run {
  readonly seconds: number;
  /** Of its whole tree of processes, sampled ten times a second. */
  readonly peakMb: number;
}

const sampleEveryMs = 100;

/**
 * Runs a program to its end.
 * @throws AgenteError tool-failed with its last words.
 */
export async function timedRun(
  command: string,
  args: readonly string[],
  { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<Run> {
  const startedAt = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = `${said}${text}`.slice(-2_000)));
  const ended = new AbortController();
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    ended.abort();
  });
  const memory = peakOf(child.pid ?? 0, ended.signal);
  const code = await exit;
  const seconds = (performance.now() - startedAt) / 1_000;
  const peakMb = await memory;
  if (code === 0) return { seconds, peakMb };
  const fact = `${[command, ...args].join(' ')} ended with ${String(code)}: ${said.trim()}`;
  throw new AgenteError('tool-failed', fact, 'What it said names the cause; correct that and run the command again.');
}

async function peakOf(pid: number, signal: AbortSignal): Promise<number> {
  let peak = 0;
  try {
    for await (const _ of setInterval(sampleEveryMs, undefined, { signal })) peak = Math.max(peak, treeMemory(pid));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return peak;
}
