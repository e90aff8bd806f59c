import * as fs from 'node:fs';
import { statFields } from '../../scripts/process-identity';

const sampleMs = 250;

/** Parent of every process, from /proc. A process that ends while we look is left out. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statFields(Number(name));
    if (fields !== null) found.set(Number(name), Number(fields[1]));
  }
  return found;
}

/** A process and everything it started, as far as it is alive. */
export function familyOf(root: number, parentOf: ReadonlyMap<number, number> = parents()): number[] {
  const family = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const [pid, parent] of parentOf) {
      if (family.has(parent) && !family.has(pid)) {
        family.add(pid);
        grown = true;
      }
    }
  }
  return [...family];
}

/** Memory of one process in kB: its proportional share, so that pages that two processes share count once. */
function memoryKb(pid: number): number {
  try {
    const rollup = fs.readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Watches the largest memory of a process and everything it started. */
export class MemoryWatch {
  private peakKb = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly root: number) {
    this.timer = setInterval(() => {
      this.sample();
    }, sampleMs);
    this.timer.unref();
  }

  /** @returns the peak in MB (10^6 bytes), or null when nothing could be read. */
  stop(): number | null {
    clearInterval(this.timer);
    return this.peakKb === 0 ? null : Math.round((this.peakKb * 1024) / 1e6);
  }

  private sample(): void {
    const sum = familyOf(this.root).reduce((total, pid) => total + memoryKb(pid), 0);
    this.peakKb = Math.max(this.peakKb, sum);
  }
}
