import { setTimeout as pause } from 'node:timers/promises';
import type { Duration } from '../../recovery/duration';
import type { Machine } from '../../local/machine';
import type { FailoverProcess } from './failover-process';
import type { Load } from './load';
import { Observer } from './observer';
import type { ResultFiles } from './results';
import type { DrillView } from './view';

export interface RegionLossOptions {
  /** Bookings per second that the guests try. */
  readonly load: number;
  /** Cut the replication link so long before the region is killed; null leaves it alone. */
  readonly cutLink: Duration | null;
  /** Test switch: leave the region alive, to see that the drill does not believe in the disaster. */
  readonly spareRegion: boolean;
  /** How many times faster than shipped the DNS clock runs. */
  readonly timeScale: number;
  /** Leave both regions standing afterwards. */
  readonly keep: boolean;
  /** Folder of the results. */
  readonly results: string;
  readonly view: DrillView;
  /** Ends the drill early; everything it started is stopped. */
  readonly signal: AbortSignal;
}

const tickMs = 100;
const ticksPerRate = 5;

interface PhaseRun {
  readonly id: string;
  readonly startedAt: number;
  endedAt: number | null;
}

/** A drill that is going on: what it started and must stop again, and what it has noted. Instants are Unix ms. */
export class Running {
  readonly observer = new Observer();
  readonly phases: PhaseRun[] = [];
  machine: Machine | null = null;
  load: Load | null = null;
  failover: FailoverProcess | null = null;

  constructor(
    /** Name of the machine, and the prefix of all bookings. */
    readonly name: string,
    readonly options: RegionLossOptions,
    readonly files: ResultFiles,
    readonly startedAt: number,
  ) {}

  begin(phase: string): void {
    this.closePhase();
    this.phases.push({ id: phase, startedAt: Date.now(), endedAt: null });
    this.options.view.phase(phase);
  }

  closePhase(): void {
    const last = this.phases.at(-1);
    if (last !== undefined) last.endedAt ??= Date.now();
  }

  note(text: string): void {
    this.options.view.note(text);
  }

  /**
   * Shows the bookings until the condition holds.
   *
   * @returns whether it held before the patience (ms) was over
   */
  async watch(patienceMs: number, holds: () => boolean): Promise<boolean> {
    const until = Date.now() + patienceMs;
    for (let tick = 0; !holds(); tick += 1) {
      if (Date.now() > until) return false;
      if (tick % ticksPerRate === 0) this.options.view.rate(this.observer.lastSecond(Date.now()));
      await pause(tickMs);
      this.options.signal.throwIfAborted();
    }
    return true;
  }
}
