import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../machine';
import { startTicks } from '../../scripts/process-identity';
import { killAll, removeFolder } from '../processes';

const lookEveryMs = 500;

/** Kills every process of a machine and removes its folder. The caller's own process goes on. */
export async function destroyMachine(dir: string): Promise<void> {
  await killAll(dir);
  await removeFolder(dir);
}

/**
 * Watches the process that the machine was made for (a drill). When it is gone, however it ended,
 * the whole machine goes: one supervisor sweeps, and it must be the only one, because two would kill
 * each other. So each waits for its rank in seconds; normally the first has killed the others by then.
 */
export function watchOwner(machine: Machine, rank: number, log: (message: string) => void): void {
  const owner = machine.file.owner;
  if (owner === null) return;
  const timer = setInterval(() => {
    if (startTicks(owner.pid) === owner.startTicks) return;
    clearInterval(timer);
    log(`owner ${String(owner.pid)} is gone: this machine ends`);
    void pause(rank * 1_000)
      .then(() => destroyMachine(machine.dir))
      .finally(() => process.exit(0));
  }, lookEveryMs);
}
