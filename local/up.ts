import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../recovery/errors';
import { compiledScript } from './compiled-script';
import { Machine, machinesRoot } from './machine';
import { folderOf, layOut, supervised, type MachineOptions } from './machine-folder';
import { killAll, processesOf } from './processes';
import { writeProject } from './project';
import { regionClient } from './supervisor/client';
import { serverEnvironment } from './supervisor/context';
import { destroyMachine } from './supervisor/owner';
import { lastLines } from './supervisor/server';

const startTimeoutMs = 60_000;

/** Starts a supervisor that outlives this process; its death is reported by the answer. */
function launch(machine: Machine, region: string): { ended: () => string | null } {
  const logFile = path.join(machine.regionDir(region), 'log', 'supervisor.log');
  const output = fs.openSync(logFile, 'a', 0o640);
  const child = spawn(process.execPath, [compiledScript('local/supervisor/main'), machine.dir, region], {
    cwd: machine.regionDir(region),
    env: {
      ...serverEnvironment(machine, region),
      NODE_EXTRA_CA_CERTS: machine.authorityFile,
    },
    detached: true,
    stdio: ['ignore', output, output],
  });
  fs.closeSync(output);
  child.unref();
  return { ended: () => (child.exitCode === null && child.signalCode === null ? null : lastLines(logFile)) };
}

async function startSupervisor(machine: Machine, region: string): Promise<void> {
  const supervisor = launch(machine, region);
  const call = regionClient(machine);
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const words = supervisor.ended();
    if (words !== null)
      throw new AgenteError('server-failed', `region ${region} did not start: ${words}`, 'Run agente-dr doctor.');
    if (
      fs.existsSync(machine.socket(region)) &&
      (await call(region, 'ping', {}).then(
        () => true,
        () => false,
      ))
    )
      return;
    if (Date.now() > deadline) {
      const log = lastLines(path.join(machine.regionDir(region), 'log', 'supervisor.log'));
      throw new AgenteError(
        'server-failed',
        `region ${region} does not answer after 60 s: ${log}`,
        'Run agente-dr doctor.',
      );
    }
    await pause(20);
  }
}

/** Makes way for a new machine. @throws AgenteError machine-running when one of that name lives. */
async function clear(dir: string, name: string): Promise<void> {
  if (!fs.existsSync(dir)) return;
  if (processesOf(dir).length > 0) {
    throw new AgenteError(
      'machine-running',
      `a machine named ${name} runs already in ${dir}`,
      `Stop it with agente-dr local down ${name}.`,
    );
  }
  const isOurs = fs.existsSync(path.join(dir, 'machine.json')) || fs.readdirSync(dir).length === 0;
  if (!isOurs)
    throw new AgenteError('argument-invalid', `${dir} holds something else than a machine`, 'Choose another name.');
  await destroyMachine(dir);
}

/**
 * Makes a machine with three empty regions and what lies between them, and starts it.
 * @throws AgenteError machine-running, prerequisite-missing, or server-failed with the log's last lines.
 */
export async function createMachine(options: MachineOptions): Promise<Machine> {
  if (!/^[a-z0-9][a-z0-9-]{0,30}$/.test(options.name)) {
    throw new AgenteError('argument-invalid', `machine name "${options.name}"`, 'Use at most 31 of a-z, 0-9 and "-".');
  }
  const dir = folderOf(options);
  await clear(dir, options.name);
  try {
    const machine = await layOut(options);
    await startMachine(machine);
    return machine;
  } catch (error) {
    await destroyMachine(dir);
    throw error;
  }
}

/**
 * Starts what has been laid out.
 * @throws AgenteError server-failed with the log's last lines.
 */
export async function startMachine(machine: Machine): Promise<void> {
  writeProject(machine);
  await Promise.all(supervised.map((region) => startSupervisor(machine, region)));
}

/** Ends everything of a machine and removes its folder, also when its supervisors are gone already. */
export async function stopMachine(machine: Machine): Promise<void> {
  await destroyMachine(machine.dir);
}

export interface FoundMachine {
  readonly machine: Machine;
  /** How many processes it has; 0 for one whose processes died (a reboot) and whose folder is left. */
  readonly processes: number;
}

/** Machines under machinesRoot(), by name; folders of other versions are left out. */
export function listMachines(): FoundMachine[] {
  const root = machinesRoot();
  if (!fs.existsSync(root)) return [];
  return fs
    .readdirSync(root)
    .sort()
    .flatMap((name) => {
      try {
        const machine = Machine.open(path.join(root, name));
        return [{ machine, processes: processesOf(machine.dir).length }];
      } catch {
        return [];
      }
    });
}

/**
 * The disaster: every process of a region dies at once, and its folder is closed, so that nothing can
 * be read of it any more.
 * @returns the instant of the first kill and how many processes died.
 */
export async function killRegion(machine: Machine, region: string): Promise<{ at: string; killed: number }> {
  const folder = machine.regionDir(region);
  const at = new Date().toISOString();
  const killed = await killAll(machine.dir, region);
  if (process.getuid?.() === 0) fs.chownSync(folder, 0, 0);
  fs.chmodSync(folder, 0o000);
  fs.rmSync(machine.socket(region), { force: true });
  return { at, killed };
}
