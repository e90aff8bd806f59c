import type { RegionContext } from '../supervisor/part';

/** Timers of Node take 24 days at most, and a clock may be set: look again after an hour. */
const longestWaitMs = 3_600_000;

/** The clock of what happens by the calendar: as fast as the machine's DNS clock, so that a test may see a day pass. */
export class RegionClock {
  private readonly begin: number;
  private readonly scale: number;

  constructor(context: RegionContext) {
    this.begin = Date.parse(context.machine.file.createdAt);
    this.scale = context.machine.file.timeScale;
  }

  now(): Date {
    return new Date(this.begin + (Date.now() - this.begin) * this.scale);
  }

  /** Nothing for a clock that runs as it should. */
  get note(): string {
    return this.scale === 1 ? '' : ` by a clock ${String(this.scale)} times too fast`;
  }

  /** Calls once an instant has come; never earlier. @returns how to give it up. */
  at(due: Date, call: () => void): () => void {
    let timer: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = (due.getTime() - this.now().getTime()) / this.scale;
      timer = setTimeout(
        () => {
          if (this.now() >= due) call();
          else wait();
        },
        Math.min(Math.max(1, leftMs), longestWaitMs),
      );
      timer.unref();
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  }
}
