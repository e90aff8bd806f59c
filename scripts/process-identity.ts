import * as fs from 'node:fs';
import * as os from 'node:os';

/** Start of a process in clock ticks since boot: with the pid it names one process for good. Null when it is gone. */
function startOf(pid: number): string | null {
  try {
    const stat = fs.readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Whether a process runs. Where there is no /proc only its pid can be asked for. */
export function isAlive(pid: number): boolean {
  if (fs.existsSync('/proc/self/stat')) return startOf(pid) !== null;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A name that no other process ever has: `host/pid/start`. */
export function processName(pid: number = process.pid): string {
  return `${os.hostname()}/${String(pid)}/${startOf(pid) ?? '0'}`;
}

/** Whether the process of that name still runs here; null when it belongs to another host. */
export function runsHere(name: string): boolean | null {
  const [host, pid, start] = name.split('/');
  if (host !== os.hostname()) return null;
  const now = startOf(Number(pid));
  return now !== null && (start === '0' || start === now);
}
