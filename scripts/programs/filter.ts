import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { outputOf, programEnvironment, type Ended } from './program-output';
import { findProgram } from './server-programs';

/** How a filter's failure is told; the default names the program and the last it said. */
export type FilterFailure = (ended: Ended) => Error;

interface FilterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly failure?: FilterFailure;
}

/**
 * Streams content through a program; the output fails when the content does, and ends as `outputOf` says.
 * @throws AgenteError prerequisite-missing at once; what fails later fails the stream.
 */
export function filter(
  command: string,
  args: readonly string[],
  content: Readable,
  { signal, failure }: FilterOptions = {},
): Readable {
  const child = spawn(findProgram(command), args, { stdio: ['pipe', 'pipe', 'pipe'], env: programEnvironment() });
  const judge = (ended: Ended): void => {
    if (failure !== undefined && ended.exitCode !== 0) throw failure(ended);
  };
  const { output, breakWith } = outputOf(child, command, { signal, judge });
  content.on('error', breakWith);
  // A program that refuses its input closes it; its exit code says why.
  child.stdin.on('error', () => undefined);
  content.pipe(child.stdin);
  // Nobody reads on for an output that has ended or was given up.
  output.on('close', () => content.destroy());
  return output;
}
