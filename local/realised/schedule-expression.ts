import { Cron } from 'croner';
import { RegionRefusal } from '../api';

/** When a schedule fires next after an instant; null when never again. */
export type NextFiring = (after: Date) => Date | null;

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * EventBridge Scheduler's three languages.
 * @param anchor a rate counts from here.
 * @throws RegionRefusal ValidationException for what it does not take.
 */
export function nextFiring(expression: string, timezone: string, anchor: Date): NextFiring {
  const [, language, content = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  const refusal = new RegionRefusal('ValidationException', `Invalid Schedule Expression ${expression}.`);
  try {
    if (language === 'cron') return cron(content, timezone);
    if (language === 'rate') return rate(content, anchor);
    if (language === 'at') return at(content, timezone);
  } catch {
    throw refusal;
  }
  throw refusal;
}

/** Minutes, hours, day of the month, month, day of the week (1 is Sunday), year; one of the two days is a question mark. */
function cron(content: string, timezone: string): NextFiring {
  const fields = content.trim().split(/\s+/);
  const [, , dayOfMonth = '', , dayOfWeek = ''] = fields;
  if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) throw new Error('six fields and one ?');
  const pattern = ['0', ...fields].map((field) => (field === '?' ? '*' : field)).join(' ');
  // AWS writes a step as 0/10, which croner calls sloppy.
  const job = new Cron(pattern, {
    timezone,
    mode: '7-part',
    alternativeWeekdays: true,
    sloppyRanges: true,
    paused: true,
  });
  return (after) => job.nextRun(after);
}

function rate(content: string, anchor: Date): NextFiring {
  const [, count = '', unit = '', plural = ''] = /^(\d+) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const every = Number(count) * (units[unit] ?? 0);
  if (every === 0 || (plural === 's') === (Number(count) === 1)) throw new Error('a number and its unit');
  return (after) => {
    const passed = Math.floor((after.getTime() - anchor.getTime()) / every);
    return new Date(anchor.getTime() + Math.max(1, passed + 1) * every);
  };
}

/** Once, at a time without offset in the schedule's zone. */
function at(content: string, timezone: string): NextFiring {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) throw new Error('yyyy-mm-ddThh:mm:ss');
  const job = new Cron(content, { timezone, paused: true });
  return (after) => job.nextRun(after);
}
