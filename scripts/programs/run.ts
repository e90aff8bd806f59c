import { execa, type ExecaError } from 'execa';
import { AgenteError } from '../../recovery/errors';

/** How a program is started. Secrets go into `env` or `input`, never into arguments. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** Exit codes that are answers and not failures. */
  readonly expect?: readonly number[];
}

export interface RunResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Most of what a program says that an error repeats. */
const lastLines = 6;

/**
 * Options of every child: the environment it needs and no more, and no child outlives us.
 */
export function childOptions({ env, cwd, signal }: RunOptions) {
  return {
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: process.env['HOME'] ?? '/', ...env },
    extendEnv: false,
    forceKillAfterDelay: 10_000,
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  };
}

/**
 * Runs a short program to its end. @throws AgenteError tool-failed with its last lines, cancelled,
 * prerequisite-missing.
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await execa(command, [...args], {
    ...childOptions(options),
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 64 * 1024 * 1024,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  if (result.isCanceled) throw cancelled(command);
  const { exitCode } = result;
  if (exitCode !== undefined && (exitCode === 0 || options.expect?.includes(exitCode) === true)) {
    return { exitCode, stdout: result.stdout, stderr: result.stderr };
  }
  throw toolFailure(command, result);
}

export function cancelled(command: string): AgenteError {
  return new AgenteError('cancelled', `${command} was stopped`, 'Run the command again; it continues or starts anew.');
}

/** The error of a program that failed: its name, how it ended, and the last it said. */
export function toolFailure(command: string, result: unknown): AgenteError {
  const { exitCode, signal, stderr, stdout, code } = result as Partial<ExecaError> & { code?: string };
  if (code === 'ENOENT') {
    return new AgenteError('prerequisite-missing', `${command} is not on PATH`, 'Run npm run setup.');
  }
  const said = [String(stderr ?? ''), String(stdout ?? '')].find((text) => text.trim() !== '') ?? '';
  const tail = said.trim().split('\n').slice(-lastLines).join(' | ');
  const how = signal === undefined ? `exit code ${String(exitCode)}` : `signal ${signal}`;
  return new AgenteError(
    'tool-failed',
    `${command} ended with ${how}${tail === '' ? '' : `: ${tail}`}`,
    'What it said names the cause; correct that and run the command again.',
  );
}
