import { firstSuccessAt, OutageDetector, perSecond, recoveredAt } from './meter';
import type { Try } from './ledger';

/** Longest time after which a booking has ended: the guests' patience, and a margin for a busy machine. */
const settledAfterMs = 3_000;

/**
 * Stands outside: sees what guests see, and nothing of what the failover says about itself. It starts
 * and stops the clock.
 */
export class Observer {
  readonly tries: Try[] = [];
  private faultAt: number | null = null;
  private detector = new OutageDetector();

  accept(batch: readonly Try[]): void {
    for (const entry of batch) {
      this.tries.push(entry);
      if (this.faultAt === null || entry.endedAt >= this.faultAt) this.detector.accept(entry);
    }
  }

  /** From now on failures count as the outage. @param at instant of the fault, Unix ms */
  faultHappened(at: number): void {
    this.faultAt = at;
    this.detector = new OutageDetector();
    for (const entry of this.tries) if (entry.endedAt >= at) this.detector.accept(entry);
  }

  /** When guests had failed for the third time in a row, Unix ms; null so far. */
  get outageAt(): number | null {
    return this.detector.outageAt;
  }

  /** End of the window in which the hotel was found to be back, Unix ms; null so far. */
  recoveredAt(now: number): number | null {
    return this.faultAt === null ? null : recoveredAt(this.tries, this.faultAt, now - settledAfterMs);
  }

  firstSuccessAt(): number | null {
    return this.faultAt === null ? null : firstSuccessAt(this.tries, this.faultAt, 'dr');
  }

  /** What the live view shows: the last whole second whose bookings are mostly over. */
  lastSecond(now: number): { tried: number; acknowledged: number } {
    const [second] = perSecond(this.tries.slice(-5_000), now - 500, -1, 0);
    return second ?? { tried: 0, acknowledged: 0 };
  }
}
