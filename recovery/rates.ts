import type { Engine } from './dataset';
import type { Mechanism } from './mechanisms';
import type { RestoreRate } from './worst-case-recovery';

/** Where a rate was measured. What one machine does says nothing about AWS, and the other way round. */
export const places = ['local', 'aws'] as const;
export type Place = (typeof places)[number];

/** A restore that somebody timed. */
export interface TimedRestore {
  readonly place: Place;
  readonly engine: Engine;
  readonly mechanism: Mechanism;
  /** Size of the dataset that came back, not of its compressed copy. */
  readonly megabytes: number;
  /** As its source says. */
  readonly seconds: number;
  /** The drill or benchmark that it is recorded in. */
  readonly source: string;
  /** Month of the measurement. */
  readonly date: string;
}

/**
 * Every restore that was timed so far. None on AWS yet: a row of place `aws` comes from a drill there
 * (`--target aws`), and until then a forecast for AWS says "unmeasured".
 */
export const timedRestores: readonly TimedRestore[] = [
  {
    place: 'local',
    engine: 'postgres',
    mechanism: 'rds-point-in-time',
    megabytes: 755,
    seconds: 4.1,
    source: 'pgBackRest restore, pgbench scale 50, process-max 2, median of 3',
    date: '2026-11',
  },
  {
    place: 'local',
    engine: 'postgres',
    mechanism: 'logical-dump',
    megabytes: 755,
    seconds: 14.5,
    source: 'pg_restore -j2 of a custom-format dump, pgbench scale 50, median of 3',
    date: '2026-11',
  },
  {
    place: 'local',
    engine: 'mysql',
    mechanism: 'rds-point-in-time',
    megabytes: 495,
    seconds: 5.8,
    source: 'mariadb-backup, prepare to writable',
    date: '2026-11',
  },
  {
    place: 'local',
    engine: 'mysql',
    mechanism: 'logical-dump',
    megabytes: 495,
    seconds: 28,
    source: 'mariadb client reading a dump, slowest of the runs',
    date: '2026-11',
  },
  {
    place: 'local',
    engine: 'redis',
    mechanism: 'redis-rdb',
    megabytes: 506,
    seconds: 1.7,
    source: 'load of an RDB file at start, slowest of the runs',
    date: '2026-11',
  },
];

/** A way back, as far as its speed is concerned. */
export type RestoreWay = Pick<TimedRestore, 'place' | 'engine' | 'mechanism'>;

export interface MeasuredRate extends RestoreRate {
  readonly source: string;
  readonly date: string;
}

/** @returns the slowest rate measured for exactly this way and place; null where nobody measured one. */
export function measuredRate(way: RestoreWay, restores: readonly TimedRestore[] = timedRestores): MeasuredRate | null {
  const rates = restores
    .filter(({ place, engine, mechanism }) => {
      return place === way.place && engine === way.engine && mechanism === way.mechanism;
    })
    .map(({ megabytes, seconds, source, date }) => ({
      mibPerSecond: (megabytes * 1_000_000) / 2 ** 20 / seconds,
      source,
      date,
    }));
  return rates.reduce<MeasuredRate | null>(
    (slowest, rate) => (slowest === null || rate.mibPerSecond < slowest.mibPerSecond ? rate : slowest),
    null,
  );
}
