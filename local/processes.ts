import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTicks } from '../scripts/process-identity';

/** Variables that every process of a machine carries, so that a sweep finds what lost its parent. */
export const machineVariable = 'AGENTE_DR_MACHINE';
export const regionVariable = 'AGENTE_DR_REGION';

function readProc(pid: number, name: string): string | null {
  try {
    return fs.readFileSync(`/proc/${String(pid)}/${name}`, 'latin1');
  } catch {
    return null;
  }
}

function workingDirectory(pid: number): string | null {
  try {
    return fs.readlinkSync(`/proc/${String(pid)}/cwd`);
  } catch {
    return null;
  }
}

function isInside(folder: string, candidate: string | null): boolean {
  return candidate !== null && (candidate === folder || candidate.startsWith(folder + path.sep));
}

function belongs(pid: number, dir: string, region: string | null): boolean {
  const variables = readProc(pid, 'environ')?.split('\0') ?? [];
  if (variables.includes(`${machineVariable}=${dir}`)) {
    return region === null || variables.includes(`${regionVariable}=${region}`);
  }
  // An operator's shell that stands in the folder is no part of it.
  if (variables.some((variable) => variable.startsWith('PATH='))) return false;
  // PostgreSQL and Redis write their title over their environment: where they work tells whose they are.
  return isInside(region === null ? dir : path.join(dir, 'r', region), workingDirectory(pid));
}

/** Living processes of a machine, or of one of its regions; never the caller itself. */
export function processesOf(dir: string, region: string | null = null): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && startTicks(pid) !== null && belongs(pid, dir, region));
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/**
 * SIGKILL to everything that belongs to a machine or a region, again and again until nothing is left:
 * a server may fork between two looks, and one that dies has lost what tells whose it is before it has
 * let go of its ports.
 * @returns how many processes were killed.
 */
export async function killAll(dir: string, region: string | null = null): Promise<number> {
  const killed = new Map<number, string>();
  const dying = (): number[] => [...killed].flatMap(([pid, ticks]) => (startTicks(pid) === ticks ? [pid] : []));
  let left: number[] = [];
  for (let round = 0; round < 200; round += 1) {
    const found = processesOf(dir, region);
    left = [...new Set([...found, ...dying()])];
    if (left.length === 0) return killed.size;
    // All are named before the first is killed: some die with it.
    for (const [pid, ticks] of found.map((pid) => [pid, startTicks(pid)] as const)) {
      if (kill(pid) && ticks !== null) killed.set(pid, ticks);
    }
    await pause(round < 5 ? 10 : 50);
  }
  throw new Error(`processes of ${dir} survive SIGKILL: ${left.join(', ')}`);
}

/** Removes a machine's folder, also one with a destroyed region in it; its processes must be gone. */
export async function removeFolder(dir: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const regions = path.join(dir, 'r');
      if (fs.existsSync(regions)) {
        for (const region of fs.readdirSync(regions)) fs.chmodSync(path.join(regions, region), 0o700);
      }
      fs.rmSync(dir, { recursive: true, force: true });
      return;
    } catch (error) {
      // A dying process may still write into the folder, or another supervisor may remove it too.
      if (attempt === 20) throw error;
      await pause(50);
    }
  }
}
