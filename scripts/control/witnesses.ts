import type { z } from 'zod';
import { heartbeatRecord, roleRecord, type HeartbeatRecord, type RoleRecord } from '../../recovery/control';
import { controlKeys } from '../../recovery/sites';
import { ControlBucket, type Reading, type Witness } from './control-bucket';
import type { StoreLimits } from './store';

/** Two of three: any two majorities share a witness. */
export const majority = 2;

/** The three control buckets, own region first. */
export class Witnesses {
  readonly buckets: readonly ControlBucket[];

  constructor(witnesses: readonly Witness[], limits?: StoreLimits) {
    this.buckets = witnesses.map((witness) => new ControlBucket(witness, limits));
  }

  /** What each bucket says, in the order of the buckets. Never throws. */
  read<T>(key: string, schema: z.ZodType<T>): Promise<readonly Reading<T>[]> {
    return Promise.all(this.buckets.map((bucket) => bucket.read(key, schema)));
  }

  roles(): Promise<readonly Reading<RoleRecord>[]> {
    return this.read(controlKeys.role, roleRecord);
  }

  heartbeats(): Promise<readonly Reading<HeartbeatRecord>[]> {
    return this.read(controlKeys.heartbeat, heartbeatRecord);
  }

  close(): void {
    for (const bucket of this.buckets) bucket.close();
  }
}

export function valuesOf<T>(readings: readonly Reading<T>[]): T[] {
  return readings.flatMap((reading) => (reading.state === 'value' ? [reading.value] : []));
}

export function reachable(readings: readonly Reading<unknown>[]): number {
  return readings.filter((reading) => reading.state !== 'unreachable').length;
}

/** The record that two of three witnesses agree on, incident included: two rivals may claim one epoch for one site. */
export function agreedRole(readings: readonly Reading<RoleRecord>[]): RoleRecord | null {
  const values = valuesOf(readings);
  const same = (a: RoleRecord, b: RoleRecord) =>
    a.epoch === b.epoch && a.activeSite === b.activeSite && a.incident === b.incident;
  return values.find((value) => values.filter((other) => same(value, other)).length >= majority) ?? null;
}

/** The newest beat that any witness has; null when none has one. */
export function newestBeat(readings: readonly Reading<HeartbeatRecord>[]): HeartbeatRecord | null {
  return valuesOf(readings).reduce<HeartbeatRecord | null>((newest, beat) => {
    if (newest === null) return beat;
    return Date.parse(beat.at) > Date.parse(newest.at) ? beat : newest;
  }, null);
}
