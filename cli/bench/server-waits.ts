/** Resources whose change is a wait for a server, as the engine names them. */
const servers = /\baws:(rds:Instance|ecs:Service)\b/;
const begun = /\b(?:updating|creating)\b/;
const ended = /\b(?:updated|created|failed)\b/;

/** Adds up the time in which at least one server is waited for, from the engine's lines for people. */
export class ServerWaits {
  private readonly open = new Set<string>();
  private since = 0;
  private ms = 0;

  /** @param at ms of a clock that only goes forward. */
  see(line: string, at: number): void {
    const type = servers.exec(line)?.[0];
    if (type === undefined) return;
    const name = `${type} ${
      line
        .slice(line.indexOf(type) + type.length)
        .trim()
        .split(/\s+/)[0] ?? ''
    }`;
    if (ended.test(line)) this.end(name, at);
    else if (begun.test(line)) this.begin(name, at);
  }

  get seconds(): number {
    return this.ms / 1_000;
  }

  private begin(name: string, at: number): void {
    if (this.open.size === 0) this.since = at;
    this.open.add(name);
  }

  private end(name: string, at: number): void {
    if (!this.open.delete(name)) return;
    if (this.open.size === 0) this.ms += at - this.since;
  }
}
