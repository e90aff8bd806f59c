import { type Duration, duration } from './duration';
import type { Engine } from './dataset';

/** Whole state, changes since its parent, or a piece of a log. */
type PointKind = 'full' | 'incremental' | 'log';
type PointEngine = Exclude<Engine, 'git'>;

/**
 * How long a site that runs its own servers keeps its recovery points (procedure, "Backup Retention").
 * In a bucket of AWS the vault's lifecycle does the same by retention.ts.
 */
export const pointRetention: Readonly<Record<PointEngine, Readonly<Record<PointKind, Duration>>>> = {
  postgres: { full: duration('30d'), incremental: duration('7d'), log: duration('7d') },
  mysql: { full: duration('30d'), incremental: duration('7d'), log: duration('7d') },
  // An incremental point of Redis is its append-only file.
  redis: { full: duration('24h'), incremental: duration('48h'), log: duration('48h') },
  secrets: { full: duration('90d'), incremental: duration('90d'), log: duration('90d') },
  files: { full: duration('30d'), incremental: duration('30d'), log: duration('30d') },
};

/**
 * A dataset that has lost more than this share of its size or its rows since the last recovery point may
 * be one that somebody emptied: from then on nothing expires until a person has looked.
 */
export const shrinkThatFreezes = 0.3;
