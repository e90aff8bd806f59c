import * as fs from 'node:fs';
import { statFields } from '../../../scripts/process-identity';

/** Memory of a process and everything it has started, MiB, shared pages counted once; 0 when it is gone. */
export function treeMemory(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? Number(statFields(Number(name))?.[1] ?? 0) : 0;
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree.reduce((sum, pid) => sum + proportionalMemory(pid), 0) / 1_024;
}

/** KiB, by what the kernel calls the proportional set size. */
function proportionalMemory(pid: number): number {
  try {
    const rollup = fs.readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
