import type { Dataset } from './dataset';
import { duration } from './duration';
import type { jobs } from './jobs';
import { apart, fromAnotherStore, replicated } from './paths';
import type { Protection } from './protection';

/** Copies in the vault of the other region: S3 promises 99.99 % of them within 15 minutes. */
const inOtherVault = { by: 'replication', delay: duration('15m'), keep: duration('90d') } as const;

/** Replicated automated backups of RDS: the second line of a lost region, and the first of damage found there. */
const byRds = { by: 'replication', delay: duration('30m'), keep: duration('35d') } as const;
const dailyByRds = {
  kind: 'snapshot',
  mechanism: 'rds-snapshot',
  taken: { every: duration('24h') },
  keep: duration('35d'),
  offSite: byRds,
} as const;

/** A replica in the other region, and behind it what can undo damage. */
const ofRds = {
  kind: 'replica',
  mechanism: 'rds-replica',
  where: 'region',
  maxLag: duration('1m'),
  with: {
    kind: 'continuous',
    mechanism: 'rds-point-in-time',
    shipped: { every: duration('5m') },
    // RDS accepts 0-35 days (RDS API, BackupRetentionPeriod).
    window: duration('35d'),
    base: dailyByRds,
    offSite: byRds,
  },
} as const satisfies Protection;

/** The state that must survive, and how it is protected. */
export const datasets = {
  postgres: {
    tier: 1,
    engine: 'postgres',
    size: { gib: 20, gibPerMonth: 1 },
    noticedWithin: duration('30d'),
    protection: ofRds,
    also: [
      {
        kind: 'snapshot',
        mechanism: 'logical-dump',
        taken: { job: 'postgres-full' },
        keep: duration('90d'),
        offSite: inOtherVault,
      },
      {
        kind: 'snapshot',
        mechanism: 'rds-snapshot',
        taken: { job: 'postgres-incremental' },
        keep: duration('7d'),
        offSite: null,
      },
    ],
    recovery: replicated,
  },
  redis: {
    tier: 2,
    engine: 'redis',
    size: { gib: 1, gibPerMonth: 0 },
    noticedWithin: duration('24h'),
    // Sessions live in PostgreSQL too; a cold cache in the other region is rebuilt from there.
    protection: {
      kind: 'rebuilt',
      from: 'postgres',
      with: {
        kind: 'snapshot',
        mechanism: 'logical-dump',
        taken: { job: 'redis-export' },
        // The 48 hours of the append-only file that ElastiCache does not have.
        keep: duration('48h'),
        offSite: { ...inOtherVault, keep: duration('48h') },
      },
    },
    also: [],
    recovery: fromAnotherStore,
  },
  pms: {
    tier: 2,
    engine: 'mysql',
    size: { gib: 5, gibPerMonth: 1 },
    noticedWithin: duration('30d'),
    protection: ofRds,
    also: [
      {
        kind: 'continuous',
        mechanism: 'binary-log',
        shipped: { job: 'pms-binlog' },
        window: duration('7d'),
        base: {
          kind: 'snapshot',
          mechanism: 'logical-dump',
          taken: { job: 'pms-full' },
          keep: duration('30d'),
          offSite: inOtherVault,
        },
        offSite: { ...inOtherVault, keep: duration('7d') },
      },
    ],
    recovery: replicated,
  },
  secrets: {
    tier: 1,
    engine: 'secrets',
    size: { gib: 0.01, gibPerMonth: 0 },
    noticedWithin: duration('30d'),
    protection: {
      kind: 'replica',
      mechanism: 'secret-replica',
      where: 'region',
      maxLag: duration('1m'),
      with: {
        kind: 'snapshot',
        mechanism: 'file-copy',
        taken: { job: 'secrets-copy' },
        keep: duration('90d'),
        offSite: inOtherVault,
      },
    },
    also: [],
    recovery: replicated,
  },
  configuration: {
    tier: 1,
    engine: 'git',
    size: { gib: 0.1, gibPerMonth: 0 },
    noticedWithin: duration('90d'),
    protection: {
      kind: 'versioned',
      mechanism: 'git',
      keep: duration('365d'),
      // Whoever deploys has a clone; the host of the repository is in neither region.
      offSite: { by: 'replication', delay: duration('0s'), keep: duration('365d') },
    },
    also: [],
    recovery: apart,
  },
  prometheus: monitoring('prometheus-snapshot', 20),
  grafana: monitoring('grafana-snapshot', 1),
  alertmanager: monitoring('alertmanager-snapshot', 1),
  /** Manifests and recovery points themselves: what the backup systems keep. */
  vault: {
    tier: 3,
    engine: 'files',
    size: { gib: 500, gibPerMonth: 20 },
    noticedWithin: duration('35d'),
    protection: {
      kind: 'replica',
      mechanism: 's3-replication',
      where: 'region',
      maxLag: duration('15m'),
      with: {
        kind: 'versioned',
        mechanism: 'object-versions',
        keep: duration('90d'),
        offSite: inOtherVault,
      },
    },
    also: [],
    recovery: apart,
  },
} as const satisfies Readonly<Record<string, Dataset>>;

/** A day's RPO needs more than one copy a day: the interval, the run and the way to the other region add up. */
function monitoring(job: keyof typeof jobs, gib: number) {
  return {
    tier: 3,
    engine: 'files',
    size: { gib, gibPerMonth: 0 },
    noticedWithin: duration('7d'),
    protection: {
      kind: 'snapshot',
      mechanism: 'file-copy',
      taken: { job },
      keep: duration('30d'),
      offSite: { ...inOtherVault, keep: duration('30d') },
    },
    also: [],
    recovery: apart,
  } as const satisfies Dataset;
}
