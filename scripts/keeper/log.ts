/** One JSON line on stdout, where the container's log driver takes it. */
export function log(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`);
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
