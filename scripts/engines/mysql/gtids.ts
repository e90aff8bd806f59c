import { domainOf } from './log-scan';

/** The newest transaction of every domain, as one word. MySQL's sets stay as the server told them. */
export function mergeGtids(known: string, newer: readonly string[]): string {
  if (known.includes(':') || newer.some((gtid) => !/^\d+-\d+-\d+$/.test(gtid))) return newer.at(-1) ?? known;
  const all = new Map(
    known
      .split(',')
      .filter((gtid) => gtid !== '')
      .map((gtid) => [domainOf(gtid), gtid]),
  );
  for (const gtid of newer) all.set(domainOf(gtid), gtid);
  return [...all.values()].sort().join(',');
}
