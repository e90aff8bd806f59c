import type { Census } from '../../catalogue/census';

/** What INFO says, by name. */
export type Information = ReadonlyMap<string, string>;

export function parseInformation(text: string): Information {
  const found = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0 && !line.startsWith('#')) found.set(line.slice(0, at), line.slice(at + 1));
  }
  return found;
}

/** @throws Error when the server does not say it, or not as a number. */
export function numberIn(information: Information, name: string): number {
  const number = Number(information.get(name));
  if (information.has(name) && Number.isFinite(number)) return number;
  throw new Error(`INFO says no number for ${name}: ${String(information.get(name))}`);
}

/** Keys by database, as INFO keyspace counts them; databases without keys are not in it. */
export function keysByDatabase(information: Information): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, value] of information) {
    const keys = /^db\d+$/.test(name) ? /(?:^|,)keys=(\d+)/.exec(value)?.[1] : undefined;
    if (keys !== undefined) counts.set(name, Number(keys));
  }
  return counts;
}

/** A census in which nothing moved. Database 0 is always there, so that an empty server says that it is. */
export function exactCensus(counts: ReadonlyMap<string, number>, takenAt: Date): Census {
  const all = new Map([['db0', 0], ...counts]);
  return {
    version: 1,
    takenAt: takenAt.toISOString(),
    counts: Object.fromEntries([...all].map(([name, keys]) => [name, { least: keys, most: keys }])),
    newest: {},
  };
}
