import { dotted, type Fault, type Fix, type Json, type Path } from '../fault';
import type { Duration } from '../duration';
import { Schedule } from '../schedule';
import type { Places } from '../workload-reading';
import type { WrittenWorkload } from '../written-workload';

/** Holds a table against one rule. */
export type Check = (workload: WrittenWorkload, at: Places) => Fault[];

/** A fix that writes one value. */
export function set(path: Path, value: Json): Fix {
  return { text: `set ${dotted(path)} to ${JSON.stringify(value)}`, changes: [{ path, value }] };
}

/** The usual rhythms, the slowest first. */
const rhythms = [
  '0 3 * * *',
  '0 */12 * * *',
  '0 */6 * * *',
  '0 */4 * * *',
  '0 */2 * * *',
  '0 * * * *',
  '*/30 * * * *',
  '*/20 * * * *',
  '*/15 * * * *',
  '*/10 * * * *',
  '*/5 * * * *',
  '* * * * *',
].map((text) => Schedule.cron(text));

/** The slowest usual schedule that is enough and starts no more often than every `least`; null if none is. */
export function slowest(least: Duration, enough: (schedule: Schedule) => boolean): string | null {
  const possible = rhythms.filter((schedule) => !least.isLongerThan(schedule.largestGap()));
  return possible.find(enough)?.cron ?? null;
}
