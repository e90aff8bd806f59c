import type { Progress, ProgressStep } from './progress';

/** What a step has come to; what a line or a record is made from. */
export interface StepState {
  readonly what: string;
  readonly done: number;
  readonly total: number | null;
  /** Bytes per second over the whole step. */
  readonly rate: number;
  /** Seconds to go; null when nobody knows. */
  readonly eta: number | null;
  readonly seconds: number;
}

export interface Watcher {
  readonly everyMs: number;
  update(state: StepState): void;
  end(state: StepState): void;
  say(text: string): void;
}

/** Shorter than this needs no words. */
const patienceMs = 2_000;

/** Progress that a watcher is told of, from the third second on. */
export class WatchedProgress implements Progress {
  constructor(
    private readonly watcher: Watcher,
    private readonly now: () => number = Date.now,
  ) {}

  begin(what: string, total: number | null): ProgressStep {
    const startedAt = this.now();
    const state = { done: 0, total };
    let told = false;
    const current = (): StepState => stateOf(what, state, (this.now() - startedAt) / 1_000);
    const timer = setInterval(() => {
      if (this.now() - startedAt < patienceMs) return;
      told = true;
      this.watcher.update(current());
    }, this.watcher.everyMs);
    timer.unref();
    return {
      advance: (bytes) => {
        state.done += bytes;
      },
      set: (done, newTotal) => {
        state.done = done;
        state.total = newTotal;
      },
      end: () => {
        clearInterval(timer);
        if (told) this.watcher.end(current());
      },
    };
  }

  say(text: string): void {
    this.watcher.say(text);
  }
}

export function stateOf(
  what: string,
  { done, total }: { done: number; total: number | null },
  seconds: number,
): StepState {
  const rate = seconds > 0 ? done / seconds : 0;
  const eta = total === null || rate === 0 ? null : Math.max(0, (total - done) / rate);
  return { what, done, total, rate, eta, seconds };
}
