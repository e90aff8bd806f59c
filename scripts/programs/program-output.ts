import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { cancelled, toolFailure } from './run';
import { tied } from './tied';

/** How a program ended, and the last it said. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
}

export interface OutputOptions {
  readonly signal?: AbortSignal | undefined;
  /** @throws what the program's own words give away, whatever its exit code is. */
  readonly judge?: ((ended: Ended) => void) | undefined;
}

/** What a program says in its last moments, and no more: it may run for hours. */
const rememberedBytes = 64 * 1024;
const chunkBytes = 1024 * 1024;

/** What a program may know of us. */
export const programEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '',
  LC_ALL: 'C.UTF-8',
  TZ: 'UTC',
  HOME: '/nonexistent',
});

/** What a program writes that reads nothing; as `outputOf`. */
export function programOutput(command: string, args: readonly string[], options: OutputOptions): Readable {
  const { command: program, args: words } = tied(command, args);
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: programEnvironment() });
  return outputOf(child, command, options).output;
}

/**
 * What a running program writes. It ends only when the program has ended well and its judge found nothing:
 * what stopped half-way must not look like a short but whole result.
 * @returns also what breaks it from outside: the program is killed, and the output fails so.
 */
export function outputOf(
  child: ChildProcessByStdio<Writable | null, Readable, Readable>,
  command: string,
  { signal, judge }: OutputOptions,
): { output: Readable; breakWith: (error: Error) => void } {
  const output = new PassThrough({ highWaterMark: chunkBytes });
  // A failure before somebody reads is told to whoever reads then: a destroyed stream keeps its error.
  output.on('error', () => undefined);
  let stderr = '';
  let broken: Error | null = null;
  const breakWith = (error: Error): void => {
    broken ??= error;
    child.kill('SIGKILL');
  };
  const stop = (): void => {
    breakWith(cancelled(command));
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-rememberedBytes);
  });
  child.stdout.on('error', breakWith);
  child.stdout.pipe(output, { end: false });
  child.on('error', breakWith);
  child.on('close', (exitCode, killedBy) => {
    signal?.removeEventListener('abort', stop);
    const failure = broken ?? judged(command, { exitCode, stderr }, killedBy, judge);
    if (failure === null) output.end();
    else output.destroy(failure);
  });
  output.on('close', () => {
    if (child.exitCode === null) child.kill('SIGKILL');
  });
  return { output, breakWith };
}

function judged(
  command: string,
  ended: Ended,
  signal: NodeJS.Signals | null,
  judge: OutputOptions['judge'],
): Error | null {
  try {
    judge?.(ended);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
  return ended.exitCode === 0 ? null : toolFailure(command, { ...ended, signal: signal ?? undefined });
}
