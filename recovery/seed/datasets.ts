/**
 * The stores of the procedure as it stands, section "Backup Strategy": nothing corrected, nothing added. Null is
 * what it does not say. It gives no limit to any run; 1234 s is the full backup of its audit trail.
 */
export const seedDatasets = {
  postgres: {
    tier: 1,
    engine: 'postgres',
    size: { gib: 1, gibPerMonth: 0 },
    // "WAL archiving - continuous", archive_command = 'cp %p /var/lib/postgresql/wal_archive/%f', kept 7 days.
    protection: {
      kind: 'continuous',
      mechanism: 'wal-archive',
      shipped: 'when-full',
      window: '7d',
      base: {
        kind: 'snapshot',
        mechanism: 'logical-dump',
        taken: { job: 'postgres-full' },
        keep: '30d',
        offSite: { by: null, delay: '0s', keep: '90d' },
      },
      offSite: { by: null, delay: '0s', keep: '90d' },
    },
    also: [
      {
        kind: 'snapshot',
        mechanism: 'file-copy',
        taken: { job: 'postgres-incremental' },
        keep: '7d',
        offSite: { by: null, delay: '0s', keep: '90d' },
      },
      // "Method 3: Cloud provider snapshots every 15 minutes".
      { kind: 'snapshot', mechanism: 'aws-backup', taken: { every: '15m' }, keep: '7d', offSite: null },
    ],
    noticedWithin: null,
    recovery: null,
  },
  redis: {
    tier: 2,
    engine: 'redis',
    size: { gib: 1, gibPerMonth: 0 },
    // "appendonly yes, appendfsync everysec", rolling, last 48 hours.
    protection: {
      kind: 'continuous',
      mechanism: 'redis-aof',
      shipped: { every: '1s' },
      window: '48h',
      base: { kind: 'snapshot', mechanism: 'redis-rdb', taken: { job: 'redis-rdb' }, keep: '24h', offSite: null },
      offSite: null,
    },
    also: [],
    noticedWithin: null,
    recovery: null,
  },
  configuration: {
    tier: 1,
    engine: 'git',
    size: { gib: 1, gibPerMonth: 0 },
    // "Version controlled in Git"; it is cloned from github.com, in no region of the hotel.
    protection: {
      kind: 'versioned',
      mechanism: 'git',
      keep: '365d',
      offSite: { by: 'replication', delay: '0s', keep: '365d' },
    },
    also: [],
    noticedWithin: null,
    recovery: null,
  },
  secrets: {
    tier: 1,
    engine: 'secrets',
    size: { gib: 1, gibPerMonth: 0 },
    // "Encrypted backups daily".
    protection: {
      kind: 'snapshot',
      mechanism: 'file-copy',
      taken: { job: 'secrets' },
      keep: '30d',
      offSite: null,
    },
    also: [],
    noticedWithin: null,
    recovery: null,
  },
  pms: {
    tier: 2,
    engine: 'mysql',
    size: { gib: 1, gibPerMonth: 0 },
    protection: {
      kind: 'continuous',
      mechanism: 'binary-log',
      shipped: { job: 'pms-binlog' },
      window: '7d',
      base: { kind: 'snapshot', mechanism: 'logical-dump', taken: { job: 'pms-full' }, keep: '30d', offSite: null },
      offSite: null,
    },
    also: [],
    noticedWithin: null,
    recovery: null,
  },
  // Named under "Tier 3 (Medium)", and nowhere under "Backup Strategy".
  prometheus: unprotected(3, 'files'),
  grafana: unprotected(3, 'files'),
  alertmanager: unprotected(3, 'files'),
} as const;

function unprotected(tier: 3, engine: 'files') {
  return {
    tier,
    engine,
    size: { gib: 1, gibPerMonth: 0 },
    protection: null,
    also: [],
    noticedWithin: null,
    recovery: null,
  } as const;
}
