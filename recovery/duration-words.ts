import type { Duration } from './duration';

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** A length of time for people, exact: `1 h 5 min`, `61 d 1 h`. */
export function inWords(length: Duration): string {
  let left = length.ms;
  const parts = units.flatMap(([unit, size]) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? [] : [`${count} ${unit}`];
  });
  return parts.length === 0 ? '0' : parts.join(' ');
}
