import type { Site } from '../../recovery/sites';
import type { Try } from './ledger';

const secondMs = 1_000;

/** The hotel is back when this share of the bookings of a whole window has succeeded. */
export const recoveredWhen = { share: 0.99, windowSeconds: 30 } as const;

/** So many failures in a row are an outage; fewer are an accident. */
const failuresOfAnOutage = 3;

export interface Second {
  /** Whole seconds from the origin; negative before it. */
  readonly second: number;
  readonly tried: number;
  readonly acknowledged: number;
}

/**
 * Bookings per second, counted by the instant they were **sent**: a booking that waits two seconds for
 * its failure belongs to the second in which the guest asked.
 *
 * @param origin second 0, Unix ms
 * @param from first second, inclusive
 * @param to last second, exclusive
 */
export function perSecond(tries: readonly Try[], origin: number, from: number, to: number): Second[] {
  const seconds = Array.from({ length: Math.max(0, to - from) }, (_, index) => ({
    second: from + index,
    tried: 0,
    acknowledged: 0,
  }));
  for (const entry of tries) {
    const bucket = seconds[Math.floor((entry.sentAt - origin) / secondMs) - from];
    if (bucket === undefined) continue;
    bucket.tried += 1;
    if (entry.site !== null) bucket.acknowledged += 1;
  }
  return seconds;
}

/**
 * End of the first window of 30 s in which 99 % of bookings succeeded, Unix ms; null when there was none.
 * A window with a second in which nobody tried proves nothing and does not count.
 *
 * @param settledUntil every booking sent before this instant has ended, Unix ms
 */
export function recoveredAt(tries: readonly Try[], faultAt: number, settledUntil: number): number | null {
  const { share, windowSeconds } = recoveredWhen;
  const seconds = perSecond(tries, faultAt, 0, Math.floor((settledUntil - faultAt) / secondMs));
  for (let start = 0; start + windowSeconds <= seconds.length; start += 1) {
    const window = seconds.slice(start, start + windowSeconds);
    const tried = window.reduce((sum, second) => sum + second.tried, 0);
    const acknowledged = window.reduce((sum, second) => sum + second.acknowledged, 0);
    const watched = window.every((second) => second.tried > 0);
    if (watched && acknowledged >= share * tried) return faultAt + (start + windowSeconds) * secondMs;
  }
  return null;
}

/** Instant at which the first booking after the fault was acknowledged by the site, Unix ms; null when none was. */
export function firstSuccessAt(tries: readonly Try[], faultAt: number, site: Site): number | null {
  const instants = tries
    .filter((entry) => entry.site === site && entry.endedAt >= faultAt)
    .map((entry) => entry.endedAt);
  return instants.length === 0 ? null : instants.reduce((first, instant) => Math.min(first, instant));
}

/** Counts failures in a row, in the order in which guests learn of them. */
export class OutageDetector {
  private inARow = 0;
  private seenAt: number | null = null;

  /** When the third failure in a row had ended, Unix ms; null until then. Never moves again. */
  get outageAt(): number | null {
    return this.seenAt;
  }

  accept(entry: Try): void {
    this.inARow = entry.site === null ? this.inARow + 1 : 0;
    if (this.inARow >= failuresOfAnOutage) this.seenAt ??= entry.endedAt;
  }
}

export interface Loss {
  /** Bookings that a guest was told are safe. */
  readonly acknowledged: number;
  readonly lost: number;
  /** From the acknowledgement of the oldest lost booking until the fault; 0 when nothing is lost. */
  readonly lostSeconds: number;
}

/**
 * What a store lost of the bookings that the lost site had acknowledged. Those acknowledged in the
 * moment of the fault itself count too: a guest was told so.
 *
 * @param present references that the store holds after the recovery
 */
export function lossOf(
  tries: readonly Try[],
  lostSite: Site,
  faultAt: number,
  present: ReadonlySet<string>,
  reference: (entry: Try) => string,
): Loss {
  const acknowledged = tries.filter((entry) => entry.site === lostSite);
  const lost = acknowledged.filter((entry) => !present.has(reference(entry)));
  const oldest = lost.reduce((first, entry) => Math.min(first, entry.endedAt), faultAt);
  return { acknowledged: acknowledged.length, lost: lost.length, lostSeconds: (faultAt - oldest) / secondMs };
}

/** Bookings per second that were acknowledged in the last whole seconds before an instant (Unix ms). */
export function steadyRate(tries: readonly Try[], until: number, seconds: number): { rate: number; failed: number } {
  const points = perSecond(tries, until, -seconds, 0);
  const acknowledged = points.reduce((sum, point) => sum + point.acknowledged, 0);
  const tried = points.reduce((sum, point) => sum + point.tried, 0);
  return { rate: acknowledged / seconds, failed: tried - acknowledged };
}
