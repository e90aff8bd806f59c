import { Duration } from './duration';
import { fieldsOf, hasStarts, type Fields } from './schedule-fields';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/**
 * Days are followed over this span: 28 years hold every weekday of every date, leap years included, and
 * 2096 to 2104 is the longest way from one 29 February to the next.
 */
const span = { from: Date.UTC(2071, 0, 1), until: Date.UTC(2106, 0, 1) };

const known = new Map<string, Duration | null>();

/** Longest time between two starts in UTC; null when it never fires. */
export function gapInUtc(cron: string): Duration | null {
  const found = known.get(cron);
  if (found !== undefined) return found;
  const gap = measure(fieldsOf(cron));
  known.set(cron, gap);
  return gap;
}

/**
 * In UTC all days are alike, so a gap is either between two starts of a day, or from a day's last start to
 * the first of the next day that has any. That is thousands of steps where following every start is millions.
 */
function measure(fields: Fields): Duration | null {
  const times = [...fields.hours]
    .flatMap((hour) => [...fields.minutes].map((minute) => (hour * 60 + minute) * minuteMs))
    .sort((a, b) => a - b);
  const overNight = longest(daysOf(fields));
  const [first] = times;
  const last = times.at(-1);
  if (overNight === 0 || first === undefined || last === undefined) return null;
  return Duration.ofMs(Math.max(longest(times), overNight - (last - first)));
}

function daysOf(fields: Fields): number[] {
  const found: number[] = [];
  for (let day = span.from; day < span.until; day += dayMs) {
    if (hasStarts(fields, new Date(day))) found.push(day);
  }
  return found;
}

/** The longest way from one to the next of ascending instants; 0 where there are not two. */
export function longest(instants: readonly number[]): number {
  return instants.reduce((most, instant, index) => Math.max(most, instant - (instants[index - 1] ?? instant)), 0);
}
