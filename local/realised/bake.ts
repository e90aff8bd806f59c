import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import { RegionRefusal, type BlueGreen } from '../api';
import type { Task } from './task';

/** A minute of baking is a second on this machine, where nobody waits to see whether a version is good. */
const minute = duration('1s');
const lookEveryMs = 50;

export function bakePhase({ bakeMinutes }: BlueGreen): string {
  const here = (bakeMinutes * minute.ms) / 1_000;
  return `the old tasks stand by for ${String(here)} s here, for ${String(bakeMinutes)} min on AWS`;
}

/** Waits as long as the old tasks stand by. @throws RegionRefusal ServiceNotSteady when a new task ends meanwhile. */
export async function bake(fresh: readonly Task[], { bakeMinutes }: BlueGreen): Promise<void> {
  const pids = fresh.map((task) => task.pid);
  const deadline = Date.now() + bakeMinutes * minute.ms;
  while (Date.now() < deadline) {
    const ended = fresh.find((task, index) => task.state !== 'running' || task.pid !== pids[index]);
    if (ended !== undefined) {
      throw new RegionRefusal(
        'ServiceNotSteady',
        `${ended.name} ended while the old tasks stood by, which have the guests again:\n${ended.lastWords}`,
      );
    }
    await pause(lookEveryMs);
  }
}
