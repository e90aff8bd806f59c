import { Cron } from 'croner';
import { Duration } from './duration';
import { gapInUtc, longest } from './schedule-gap';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Twenty-eight years hold every weekday of every date. */
const span = { from: Date.UTC(2071, 0, 1), until: Date.UTC(2099, 0, 1) };

/**
 * Longest time between two starts on the clock of a zone; null when it never fires. A start that falls into
 * the hour that is skipped does not happen, and the hour that comes twice starts once: so does EventBridge
 * Scheduler, and no other reading leaves longer gaps.
 */
export function gapInZone(cron: string, zone: string): Duration | null {
  const usual = gapInUtc(cron);
  if (usual === null) return null;
  const around = clockChanges(zone).map((change) => gapAround(cron, zone, change));
  return Duration.ofMs(Math.max(usual.ms, ...around));
}

/** Longest gap between starts near a change of the clock. */
function gapAround(cron: string, zone: string, change: number): number {
  const clock = new Cron(cron, { timezone: 'UTC', mode: '5-part', paused: true });
  const wall = change + offsetAt(zone, change);
  const after = wall + 3 * hourMs;
  const walls: number[] = [];
  let next = clock.previousRuns(1, new Date(wall - 3 * hourMs))[0] ?? null;
  while (next !== null) {
    walls.push(next.getTime());
    if (next.getTime() > after) break;
    next = clock.nextRun(next);
  }
  return longest(walls.flatMap((time) => instantOf(zone, time) ?? []));
}

/** The first instant at which the clock of a zone shows a time, given as if it were UTC; null in a skipped hour. */
function instantOf(zone: string, wall: number): number | null {
  const candidates = [offsetAt(zone, wall - dayMs), offsetAt(zone, wall + dayMs)].map((offset) => wall - offset);
  const real = candidates.filter((instant) => instant + offsetAt(zone, instant) === wall);
  return real.length === 0 ? null : Math.min(...real);
}

const changes = new Map<string, readonly number[]>();

/** Instants at which a zone moves its clock. */
function clockChanges(zone: string): readonly number[] {
  const known = changes.get(zone);
  if (known !== undefined) return known;
  const found: number[] = [];
  for (let day = span.from; day < span.until; day += 7 * dayMs) {
    if (offsetAt(zone, day) !== offsetAt(zone, day + 7 * dayMs)) found.push(bisect(zone, day, day + 7 * dayMs));
  }
  changes.set(zone, found);
  return found;
}

function bisect(zone: string, before: number, after: number): number {
  if (after - before <= 60_000) return after;
  const middle = before + Math.floor((after - before) / 120_000) * 60_000;
  return offsetAt(zone, middle) === offsetAt(zone, before) ? bisect(zone, middle, after) : bisect(zone, before, middle);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock of a zone is ahead of UTC, in milliseconds. */
function offsetAt(zone: string, instant: number): number {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  formats.set(zone, format);
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const match = /^GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}
