import { Duration, duration } from './duration';
import { Schedule } from './schedule';

/**
 * The schedule behind an expression of EventBridge Scheduler; null for one that is not a cron expression
 * for every year, or cannot be written in five fields.
 */
export function scheduleOf(expression: string): Schedule | null {
  const fields = /^cron\((.+)\)$/.exec(expression.trim())?.[1]?.split(/\s+/) ?? [];
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  if (fields.length !== 6 || year !== '*') return null;
  const cron = [steps(minute, 0), steps(hour, 0), steps(day, 1), steps(month, 1), weekdays(weekday)].join(' ');
  try {
    return Schedule.cron(cron);
  } catch {
    return null;
  }
}

const any = (field: string): string => (field === '?' ? '*' : field);

function steps(field: string, first: number): string {
  return any(field).replace(new RegExp(`(^|,)${String(first)}/`, 'g'), '$1*/');
}

/** EventBridge counts from Sunday = 1, cron from Sunday = 0. */
function weekdays(field: string): string {
  return any(field).replace(/\d+/g, (number) => String(Number(number) - 1));
}

const units: Readonly<Record<string, Duration>> = { minute: duration('1m'), hour: duration('1h'), day: duration('1d') };

/** The longest time between two starts; null for an expression that nobody can read, or that never fires. */
export function gapOf(expression: string): Duration | null {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression.trim()) ?? [];
  const length = units[unit];
  if (length !== undefined) return length.times(Number(count));
  const schedule = scheduleOf(expression);
  return schedule?.fires === true ? schedule.largestGap() : null;
}
