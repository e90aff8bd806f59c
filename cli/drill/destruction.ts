import * as fs from 'node:fs';
import type { Machine } from '../../local/machine';
import { processesOf } from '../../local/processes';

/** What speaks against a region being destroyed; empty when nothing does. The killer's own word is not asked for. */
export function sparedBy(machine: Machine, region: string): string[] {
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
