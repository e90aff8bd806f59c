import { duration, type Duration } from './duration';
import type { Tier } from './tiers';

/** Backups that are taken at intervals. */
interface Snapshot {
  readonly kind: 'snapshot';
  readonly every: Duration;
  readonly keep: Duration;
}

/** Point-in-time recovery: every change is kept for the length of the window. */
interface Continuous {
  readonly kind: 'continuous';
  readonly window: Duration;
}

/** A streaming standby. It must carry a backup: a replica alone copies the damage too. */
interface Replica {
  readonly kind: 'replica';
  readonly maxLag: Duration;
  readonly with: Snapshot | Continuous;
}

/** Rebuilt from another dataset, so what it loses is what its source loses. */
interface Rebuilt {
  readonly kind: 'rebuilt';
  readonly from: string;
  readonly with: Snapshot;
}

export type Protection = Snapshot | Continuous | Replica | Rebuilt;

export interface Dataset {
  readonly tier: Tier;
  readonly engine: 'postgres' | 'redis';
  readonly protection: Protection;
}

export interface Service {
  readonly tier: Tier;
  readonly needs: readonly string[];
}

export interface Workload {
  readonly datasets: Readonly<Record<string, Dataset>>;
  readonly services: Readonly<Record<string, Service>>;
}

/** The table people edit: what the hotel runs on, and how each part is protected. */
export const workload = {
  datasets: {
    postgres: {
      tier: 1,
      engine: 'postgres',
      // RDS accepts 0-35 days (RDS API, BackupRetentionPeriod).
      protection: {
        kind: 'replica',
        maxLag: duration('1m'),
        with: { kind: 'continuous', window: duration('35d') },
      },
    },
    redis: {
      tier: 2,
      engine: 'redis',
      // Sessions live in PostgreSQL too; a cold cache in the other region is rebuilt from there.
      protection: {
        kind: 'rebuilt',
        from: 'postgres',
        with: {
          kind: 'snapshot',
          every: duration('24h'),
          keep: duration('7d'),
        },
      },
    },
  },
  services: {
    'agente-api': { tier: 1, needs: ['postgres', 'redis'] },
  },
} as const satisfies Workload;
