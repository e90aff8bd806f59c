/** A record that has not been read yet, and the latest instant that it may tell. */
export interface Candidate {
  readonly key: string;
  readonly latestMs: number;
}

/** Reads the instant that a record tells; null when it tells none. */
export type ReadInstant = (key: string) => Promise<number | null>;

/** The newest instant that the records of a folder tell. Each is read at most once, and most of them never. */
export class NewestInstant {
  private newest: { readonly key: string; readonly ms: number } | null = null;
  private readonly known = new Set<string>();

  get ms(): number | null {
    return this.newest?.ms ?? null;
  }

  /** Whether what is known to be the newest is among these. What is gone must not be counted on. */
  isAmong(listed: readonly Candidate[]): boolean {
    return this.newest === null || listed.some(({ key }) => key === this.newest?.key);
  }

  async look(listed: readonly Candidate[], read: ReadInstant): Promise<void> {
    if (!this.isAmong(listed)) this.forget();
    const there = new Set(listed.map(({ key }) => key));
    // What is not listed any more is not asked about again: memory does not grow with the history.
    for (const key of this.known) if (!there.has(key)) this.known.delete(key);
    for (const { key, latestMs } of listed.toSorted((a, b) => b.latestMs - a.latestMs)) {
      if (this.newest !== null && latestMs <= this.newest.ms) return;
      if (this.known.has(key)) continue;
      const ms = await read(key);
      this.known.add(key);
      if (ms !== null && ms > (this.newest?.ms ?? -Infinity)) this.newest = { key, ms };
    }
  }

  private forget(): void {
    this.newest = null;
    this.known.clear();
  }
}
