import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { plainErrors } from './plain-errors';

/** The part of a program that the engine's `runtime.options` decide; what is not listed is ignored. */
export interface RuntimeOptions {
  readonly typescript: boolean;
  readonly nodeargs: readonly string[];
  readonly tsconfig: string | undefined;
}

export function runtimeOptions(raw: Readonly<Record<string, unknown>>): RuntimeOptions {
  const nodeargs = typeof raw['nodeargs'] === 'string' ? raw['nodeargs'].split(/\s+/).filter(Boolean) : [];
  return {
    typescript: raw['typescript'] !== false,
    nodeargs,
    tsconfig: typeof raw['tsconfig'] === 'string' ? raw['tsconfig'] : undefined,
  };
}

/**
 * A file of the program's own @pulumi/pulumi, never of ours: two copies of the SDK in one update do not
 * see each other's resources.
 *
 * @throws Error with a hint when the program's folder has no @pulumi/pulumi above it
 */
export function sdkFile(programDirectory: string, name: string): string {
  try {
    return createRequire(path.join(programDirectory, 'package.json')).resolve(`@pulumi/pulumi/${name}`);
  } catch (cause) {
    throw new Error(`@pulumi/pulumi is not installed for the program in ${programDirectory}\nHINT: Run npm ci there.`, {
      cause,
    });
  }
}

/** Flags of Node for everything we start: the SDK keeps a stack for each output, and one frame is enough. */
export function nodeFlags(options: RuntimeOptions): string[] {
  return [plainErrors, '--stack-trace-limit=1', ...options.nodeargs];
}

/** The environment of everything we start, with the compile cache beside the engine's folder. */
export function nodeEnvironment(options: RuntimeOptions, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const compileCache = path.resolve(__dirname, '..', '..', 'compile-cache');
  return {
    NODE_COMPILE_CACHE: compileCache,
    ...base,
    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript),
    ...(options.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

export interface Finished {
  /** As a shell counts: 128 and more for a process that a signal ended. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
}

/** Children of the host; none outlives it. */
export class Children {
  private readonly running = new Set<ChildProcess>();

  start(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv; piped: boolean }): ChildProcess {
    const { cwd, env, piped } = options;
    const output = piped ? 'pipe' : 'inherit';
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', output, output] });
    this.running.add(child);
    child.once('close', () => this.running.delete(child));
    return child;
  }

  /** Resolves when the child has ended and its output has been read. */
  static finished(child: ChildProcess): Promise<Finished> {
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ exitCode: code ?? 128, signal }));
    });
  }

  stop(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }
}
