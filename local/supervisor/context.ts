import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Machine } from '../machine';
import { machineVariable, regionVariable } from '../processes';
import { readJson, writeFileAtomically } from './json-file';
import type { Call, RegionContext, ServerSpec } from './part';
import { freePorts } from './ports';
import { asServerUser, giveToServerUser } from '../../scripts/programs/server-programs';
import { ManagedServer } from './server';

/** Output of a failed program that its error shows. */
const shownOutput = 2_000;

/** The environment that every process of a region starts from: nothing of the operator's shell gets in. */
export function serverEnvironment(machine: Machine, region: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    HOME: machine.regionDir(region),
    [machineVariable]: machine.dir,
    [regionVariable]: region,
  };
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
}

function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const program = asServerUser(command, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program.command, program.args, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
    const [output, complaints]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
    // A program that ends without reading its input is judged by its exit code alone.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) {
        resolve(text);
        return;
      }
      const said = (Buffer.concat(complaints).toString() || text).trim().slice(-shownOutput);
      reject(new Error(`${path.basename(command)} failed (${signal ?? String(code)}): ${said}`));
    });
  });
}

/** Builds what the parts of one region work with. */
export function createContext(machine: Machine, region: string, call: Call): RegionContext {
  const dir = machine.regionDir(region);
  const address = machine.address(region);
  const env = serverEnvironment(machine, region);
  const log = (message: string) => {
    console.log(`${new Date().toISOString()} ${message}`);
  };
  const folder = (...names: string[]) => {
    let current = dir;
    for (const name of names) {
      current = path.join(current, name);
      if (fs.existsSync(current)) continue;
      fs.mkdirSync(current, { mode: 0o700 });
      giveToServerUser(current);
    }
    return current;
  };
  return {
    machine,
    region,
    dir,
    address,
    call,
    folder,
    log,
    start: (spec: ServerSpec) => {
      const name = `${spec.kind}-${spec.name}`.replace(/[^A-Za-z0-9.-]+/g, '-');
      const logFile = path.join(dir, 'log', `${name}.log`);
      return ManagedServer.start(spec, { cwd: dir, env, logFile, log });
    },
    run: (command, args, options = {}) => run(command, args, { cwd: dir, ...options, env: { ...env, ...options.env } }),
    freePort: () => freePorts([address]),
    load: <T>(name: string, fallback: T) => readJson(path.join(dir, `${name}.json`), fallback),
    save: (name, value) => {
      writeFileAtomically(path.join(dir, `${name}.json`), JSON.stringify(value, null, 2));
    },
  };
}
