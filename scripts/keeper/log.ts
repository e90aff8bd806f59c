import { writeSync } from 'node:fs';

const stdout = 1;

/**
 * One JSON line on stdout, where the container's log driver takes it. A line that it does not take (its disk
 * is full) is lost and ends nobody: a keeper that dies cannot fence. Node's own stream would end the process.
 */
export function log(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  try {
    writeSync(stdout, `${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`);
  } catch {
    // Nowhere is left to tell it.
  }
}

/** Tells when something breaks and when it is whole again, not every five seconds in between. */
export class ChangeLog {
  private readonly faults = new Map<string, string>();

  note(what: string, error: unknown): void {
    const fault = error === null ? '' : error instanceof Error ? error.message : JSON.stringify(error);
    if ((this.faults.get(what) ?? '') === fault) return;
    this.faults.set(what, fault);
    log(fault === '' ? 'works-again' : 'fails', { what, ...(fault === '' ? {} : { reason: fault }) });
  }
}
