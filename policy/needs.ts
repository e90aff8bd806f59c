import { Duration, duration } from '../recovery/duration';
import { workload } from '../recovery/workload';
import { detectionOf } from './inventory';
import type { Resource } from './resource';

const day = duration('1d');

/** Whole days, rounded up: what keeps a part of a day keeps it. */
export const inDays = (length: Duration): number => Math.ceil(length.ms / day.ms);

/** How long a history of it must reach back: damage that is noticed later than that cannot be undone. */
export const historyDays = (one: Pick<Resource, 'name' | 'inputs'>): number => inDays(detectionOf(one));

/** What the vault bucket is locked for, and what AWS Backup keeps at home. */
export const lockDays = inDays(workload.datasets.postgres.protection.with.window);

/** What the copies in the other region are kept for. */
export const copyDays = inDays(workload.datasets.vault.protection.with.offSite.keep);

/** Until when somebody must have practised all of it. */
export const drillDays = inDays(workload.drills['region-loss'].every);

/** The region in an ARN; undefined in one that names none. */
export const regionIn = (arn: string): string | undefined =>
  /^arn:aws[\w-]*:[\w-]+:([a-z]{2}-[\w-]+-\d):/.exec(arn)?.[1];

/** The region at the end of a bucket's name, as this project names its buckets. */
export const regionNamed = (name: string): string | undefined => /-((?:[a-z]{2}-)[a-z]+-\d)(?:\/\*?)?$/.exec(name)?.[1];
