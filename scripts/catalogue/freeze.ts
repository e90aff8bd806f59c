import { z } from 'zod';
import { shrinkThatFreezes } from '../../recovery/point-retention';
import type { Vault } from '../vault/vault';
import type { Census } from './census';
import type { Manifest } from './manifest';

const freezeRecord = z.strictObject({
  version: z.literal(1),
  /** The point that looked wrong; null once a person has accepted it. */
  point: z.string().nullable(),
  fact: z.string(),
});
export interface Freeze {
  readonly point: string;
  readonly fact: string;
}

const freezeKey = (dataset: string): string => `${dataset}/freeze.json`;

/** What a point has less than the one before it, in words; null when it has not lost more than the declared share. */
export function shrinkBetween(
  before: { manifest: Manifest; census: Census | null },
  after: { bytes: number; census: Census | null },
): string | null {
  if (isShrunk(before.manifest.size.data, after.bytes)) {
    return `size fell from ${String(before.manifest.size.data)} to ${String(after.bytes)} bytes`;
  }
  if (before.census === null || after.census === null) return null;
  const [then, since] = [before.census, after.census].map((census) => comparable(before.manifest, census.counts));
  for (const [table, { least }] of Object.entries(then ?? {})) {
    const now = since?.[table]?.most ?? 0;
    if (isShrunk(least, now)) return `${table} fell from ${String(least)} to ${String(now)} rows`;
  }
  return null;
}

/** Prometheus writes its blocks anew, under other names, all the time: only all of them together say something. */
function comparable({ method }: Manifest, counts: Census['counts']): Census['counts'] {
  if (method !== 'prometheus') return counts;
  const sum = (bound: 'least' | 'most') => Object.values(counts).reduce((total, each) => total + each[bound], 0);
  return { 'all blocks': { least: sum('least'), most: sum('most') } };
}

/** A handful of rows may go on any day. */
const fewest = 10;
const isShrunk = (before: number, after: number): boolean =>
  before >= fewest && after < before * (1 - shrinkThatFreezes);

/** Why nothing of a dataset expires; null when it does. */
export async function readFreeze(vault: Vault, dataset: string): Promise<Freeze | null> {
  const record = await vault.readRecord(freezeKey(dataset));
  if (record === null) return null;
  const { point, fact } = freezeRecord.parse(JSON.parse(record.text));
  return point === null ? null : { point, fact };
}

/** Stops all expiry of a dataset. */
export const freeze = (vault: Vault, dataset: string, { point, fact }: Freeze): Promise<void> =>
  write(vault, dataset, { version: 1, point, fact });

/** A person has looked, and says that it is as it should be. */
export const thaw = (vault: Vault, dataset: string): Promise<void> =>
  write(vault, dataset, { version: 1, point: null, fact: '' });

async function write(vault: Vault, dataset: string, record: z.infer<typeof freezeRecord>): Promise<void> {
  for (;;) {
    const before = await vault.readRecord(freezeKey(dataset));
    const condition = before === null ? 'absent' : { over: before.version };
    if ((await vault.writeRecord(freezeKey(dataset), JSON.stringify(record), condition)) !== null) return;
  }
}
