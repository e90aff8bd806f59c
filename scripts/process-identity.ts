import * as fs from 'node:fs';
import * as os from 'node:os';

/**
 * Fields of /proc/<pid>/stat after the command's name, which may hold anything, brackets and blanks
 * included: state, parent, ... Null when the process is gone.
 */
export function statFields(pid: number): readonly string[] | null {
  try {
    const stat = fs.readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Start of a process in clock ticks since boot: with the pid it names one process for good. Null when it is gone. */
export function startTicks(pid: number): string | null {
  const fields = statFields(pid);
  return fields === null || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

/** What no other process ever is: its host, its pid there, and when it started. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** Clock ticks since boot; empty where there is no /proc. */
  readonly start: string;
}

export function identityOf(pid: number = process.pid): ProcessIdentity {
  return { host: os.hostname(), pid, start: startTicks(pid) ?? '' };
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Whether a process still runs; null when it is another host's, of which nothing can be said from here. */
export function runs(identity: ProcessIdentity): boolean | null {
  if (identity.host !== os.hostname()) return null;
  return identity.start === '' ? answersSignals(identity.pid) : startTicks(identity.pid) === identity.start;
}
