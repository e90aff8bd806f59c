import type { Duration } from './duration';

/** What an alarm can watch. */
export const metrics = [
  'replica-lag',
  'slot-lag',
  'backup-age',
  'validation-age',
  'replication-latency',
  'free-storage',
  'durability-lag',
] as const;
export type Metric = (typeof metrics)[number];

/** An alarm, and the value from which it fires. */
export interface AlarmThreshold {
  readonly id: string;
  readonly dataset: string;
  readonly metric: Metric;
  /** A time, or for `slot-lag` and `free-storage` MiB. */
  readonly threshold: Duration | number;
  /** How long the value must stay there before anybody is told. */
  readonly sustained: Duration;
  readonly why: string;
}
