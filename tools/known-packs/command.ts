import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const running = promisify(execFile);

/** @returns what a program wrote to stdout */
export async function run(command: string, args: readonly string[], env = process.env): Promise<string> {
  return (await running(command, args, { env, maxBuffer: 2 ** 28 })).stdout;
}
