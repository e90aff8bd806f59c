import { pointRetention } from '../../recovery/point-retention';
import type { Manifest } from './manifest';

/** Why a point stays although it is old. */
export type Kept = 'young' | 'needed' | 'last';

export interface ExpiryPlan {
  /** In the order in which they go: whatever builds on another goes before it. */
  readonly expired: readonly Manifest[];
  readonly kept: ReadonlyMap<string, Kept>;
}

/**
 * Which points have outlived their retention. One that a kept point builds on stays, and so does the
 * newest full one of every dataset: an old recovery point is better than none.
 *
 * @param points all points of one dataset, oldest first.
 */
export function planExpiry(points: readonly Manifest[], now: Date): ExpiryPlan {
  const kept = new Map<string, Kept>();
  const byId = new Map(points.map((point) => [point.id, point]));
  const keep = (point: Manifest, why: Kept): void => {
    if (kept.has(point.id)) return;
    kept.set(point.id, why);
    const parent = point.parent === null ? undefined : byId.get(point.parent);
    if (parent !== undefined) keep(parent, 'needed');
  };
  for (const point of points) if (!isOld(point, now)) keep(point, 'young');
  const newest = points.findLast(({ kind }) => kind === 'full');
  if (newest !== undefined) keep(newest, 'last');
  // A log restores nothing without a full point from before it; one that names what it builds on has kept that.
  const oldestLog = points.find((point) => point.kind === 'log' && point.parent === null && kept.has(point.id));
  const base = points.findLast(
    (point) => point.kind === 'full' && oldestLog !== undefined && point.restorable.from <= oldestLog.restorable.from,
  );
  if (base !== undefined) keep(base, 'needed');
  const expired = points.filter((point) => !kept.has(point.id)).toReversed();
  return { expired, kept };
}

function isOld(point: Manifest, now: Date): boolean {
  const keepMs = pointRetention[point.engine][point.kind].ms;
  return now.getTime() - Date.parse(point.endedAt) > keepMs;
}
