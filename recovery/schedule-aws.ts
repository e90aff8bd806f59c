const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/**
 * Five fields of cron as EventBridge Scheduler reads them: six fields, one of the two days a `?`, weekdays
 * by name (its numbers start with Sunday at 1), and steps that start at a number.
 * @throws RangeError for a day of the month and a weekday at once: cron takes either, EventBridge neither.
 */
export function toAwsExpression(cron: string): string {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ');
  if (day !== '*' && weekday !== '*') {
    throw new RangeError(`"${cron}" has a day of the month and a weekday; EventBridge takes one of them`);
  }
  const days = weekday === '*' ? [stepsFrom(day, 1), '?'] : ['?', named(weekday)];
  const [dayOfMonth = '', dayOfWeek = ''] = days;
  return `cron(${stepsFrom(minute, 0)} ${stepsFrom(hour, 0)} ${dayOfMonth} ${stepsFrom(month, 1)} ${dayOfWeek} *)`;
}

function stepsFrom(field: string, first: number): string {
  return field.replace(/\*\//g, `${first}/`);
}

/** Weekdays with their steps spelt out, because a step over names is nobody's standard. */
function named(field: string): string {
  return field
    .toUpperCase()
    .split(',')
    .flatMap((part) => spelt(part))
    .join(',');
}

function spelt(part: string): string[] {
  const [range = '', step = '1'] = part.split('/');
  const [from, to] = range === '*' ? [0, 6] : ends(range);
  if (step === '1' && range !== '*' && from !== to) return [`${nameOf(from)}-${nameOf(to)}`];
  const count = Math.floor((to - from) / Number(step)) + 1;
  return Array.from({ length: count }, (_, index) => nameOf(from + index * Number(step)));
}

function ends(range: string): [number, number] {
  const [from = '', to = from] = range.split('-');
  return [numberOf(from), numberOf(to)];
}

function numberOf(text: string): number {
  const at = weekdays.indexOf(text);
  return at === -1 ? Number(text) : at;
}

/** Sunday is 0 and 7. */
function nameOf(weekday: number): string {
  return weekdays[weekday % 7] ?? String(weekday);
}
