import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { programEnvironment } from '../../programs/program-output';
import { cancelled, toolFailure } from '../../programs/run';

interface Running {
  readonly command: string;
  readonly args: readonly string[];
  /** What messages call it. */
  readonly name: string;
}

const rememberedBytes = 64 * 1024;

/**
 * Streams content into a program and waits for its end. @returns the last it wrote.
 * @throws the content's own failure first, then tool-failed with the program's words.
 */
export async function programInput(
  { command, args, name }: Running,
  content: Readable,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: programEnvironment(),
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(-rememberedBytes)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-rememberedBytes)));
  const ended = new Promise<{ exitCode: number | null; killedBy: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, killedBy) => resolve({ exitCode, killedBy }));
  });
  let failure: unknown = null;
  try {
    await pipeline(content, child.stdin, { signal });
  } catch (error) {
    failure = error;
    // Whoever ended by itself closed its input, and its words tell more than that does.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') child.kill('SIGKILL');
  }
  const { exitCode, killedBy } = await ended;
  if (signal.aborted) throw cancelled(name);
  const code = (failure as NodeJS.ErrnoException | null)?.code;
  if (failure !== null && code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE') throw failure as Error;
  if (exitCode === 0 && failure === null) return stdout;
  throw toolFailure(name, { exitCode, stderr, stdout, signal: killedBy ?? undefined });
}
