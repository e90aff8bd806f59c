/** Something that takes a while, told to whoever watches: a terminal, a log, a machine, or nobody. */
export interface Progress {
  /**
   * @param what in the present participle: `copying postgres`.
   * @param total bytes to come; null when nobody knows.
   */
  begin(what: string, total: number | null): ProgressStep;
  /** One line that stays. */
  say(text: string): void;
}

export interface ProgressStep {
  advance(bytes: number): void;
  /** Where the work is, when a tool counts for itself. */
  set(done: number, total: number | null): void;
  end(): void;
}

const silentStep: ProgressStep = { advance: () => undefined, set: () => undefined, end: () => undefined };

export const silent: Progress = { begin: () => silentStep, say: () => undefined };
