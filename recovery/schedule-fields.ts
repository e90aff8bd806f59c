const names = {
  month: ['', 'jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  weekday: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
} as const;

/** What each of the five fields of a schedule lets through. */
export interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Sunday is 0. */
  readonly weekdays: ReadonlySet<number>;
  /** Both days are given, so either is enough. */
  readonly eitherDay: boolean;
}

/** Reads fields that are known to be right. */
export function fieldsOf(cron: string): Fields {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.toLowerCase().split(' ');
  return {
    minutes: members(minute, 0, 59),
    hours: members(hour, 0, 23),
    days: members(day, 1, 31),
    months: members(month, 1, 12, names.month),
    weekdays: new Set([...members(weekday, 0, 7, names.weekday)].map((value) => value % 7)),
    eitherDay: day !== '*' && weekday !== '*',
  };
}

/** Whether a day has starts. */
export function hasStarts({ days, months, weekdays, eitherDay }: Fields, day: Date): boolean {
  if (!months.has(day.getUTCMonth() + 1)) return false;
  const [byDate, byWeekday] = [days.has(day.getUTCDate()), weekdays.has(day.getUTCDay())];
  return eitherDay ? byDate || byWeekday : byDate && byWeekday;
}

function members(field: string, first: number, last: number, known: readonly string[] = []): Set<number> {
  const numberOf = (text: string): number => (known.includes(text) ? known.indexOf(text) : Number(text));
  const values = field.split(',').flatMap((part) => {
    const [range = '', step = '1'] = part.split('/');
    const [from = '', to = from] = range.split('-');
    const [low, high] = range === '*' ? [first, last] : [numberOf(from), numberOf(to)];
    return Array.from(
      { length: Math.floor((high - low) / Number(step)) + 1 },
      (_, index) => low + index * Number(step),
    );
  });
  return new Set(values);
}
