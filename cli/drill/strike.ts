import * as fs from 'node:fs';
import { machineRegions, type Machine } from '../../local/machine';
import { processesOf } from '../../local/processes';
import { regionClient } from '../../local/supervisor/client';
import { killRegion } from '../../local/up';
import type { Beat } from '../../recovery/control';
import { committedBeat } from './pms-loss';
import type { Running } from './running';

export interface Strike {
  /** Instant of the first kill, Unix ms. */
  readonly faultAt: number;
  /** What speaks against the region being destroyed; empty when nothing does. */
  readonly spared: readonly string[];
  /** What the PMS had committed by then; null when no witness knows. */
  readonly pms: Beat | null;
}

/** The disaster: the primary region dies under load, after its link was cut for as long as the drill was told. */
export async function strike(run: Running, machine: Machine): Promise<Strike> {
  const region = machineRegions.primary;
  const { cutLink, spareRegion } = run.options;
  if (cutLink !== null && cutLink.ms > 0) {
    run.note(`the link between the regions is cut, ${cutLink.toString()} before the disaster`);
    await regionClient(machine)('global', 'setLink', { a: region, b: machineRegions.dr, up: false });
    await run.watch(cutLink.ms, () => false);
  }
  run.begin('recover');
  const at = spareRegion ? new Date().toISOString() : await kill(run, machine, region);
  const faultAt = Date.parse(at);
  run.observer.faultHappened(faultAt);
  const pms = await committedBeat(machine).catch((error: unknown) => {
    run.note(`the witness does not tell what the PMS had: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  });
  return { faultAt, spared: sparedBy(machine, region), pms };
}

async function kill(run: Running, machine: Machine, region: string): Promise<string> {
  const { at, killed } = await killRegion(machine, region);
  run.note(`${String(killed)} processes of ${region} killed`);
  return at;
}

/** Looks itself: the killer's own word is no evidence. */
function sparedBy(machine: Machine, region: string): string[] {
  const alive = processesOf(machine.dir, region).length;
  return [
    ...(alive === 0 ? [] : [`${String(alive)} processes of ${region} are alive`]),
    ...(isClosed(machine.regionDir(region)) ? [] : [`the folder of ${region} can still be read`]),
  ];
}

/** By its mode, because root reads everything. */
function isClosed(folder: string): boolean {
  return (fs.statSync(folder).mode & 0o777) === 0;
}
