import { duration, type Duration } from './duration';

/** What a way of copying cannot do better than, whatever is configured. */
export interface MechanismFloor {
  readonly title: string;
  /** The shortest interval that it accepts, or the least that it is behind. */
  readonly interval: Duration;
  /** The least time that making one copy takes. */
  readonly run: Duration;
  /** The least time from its copies to a store that answers. */
  readonly recovery: Duration;
  readonly source: string;
}

/** Every way of copying that a workload may name. */
export const mechanisms = {
  'rds-point-in-time': {
    title: 'RDS point-in-time recovery',
    interval: duration('5m'),
    run: duration('0s'),
    recovery: duration('10m'),
    source: 'RDS ships its log every 5 minutes; a restore makes a new instance',
  },
  'rds-replica': {
    title: 'RDS cross-region replica',
    interval: duration('1s'),
    run: duration('0s'),
    recovery: duration('2m'),
    source: 'asynchronous; a promotion restarts the instance',
  },
  'aws-backup': {
    title: 'AWS Backup',
    interval: duration('1h'),
    run: duration('1m'),
    recovery: duration('10m'),
    source: 'AWS Backup takes snapshots at most hourly',
  },
  'rds-snapshot': {
    title: 'RDS snapshot by a job',
    interval: duration('1h'),
    run: duration('1m'),
    recovery: duration('10m'),
    source: 'an instance is busy while a snapshot is taken; a restore makes a new instance',
  },
  'elasticache-snapshot': {
    title: 'ElastiCache snapshot',
    interval: duration('72m'),
    run: duration('1m'),
    recovery: duration('10m'),
    source: '20 manual snapshots a day and node',
  },
  'logical-dump': {
    title: 'logical dump into the vault',
    interval: duration('1m'),
    run: duration('1s'),
    recovery: duration('1m'),
    source: 'a scheduled task, at most every minute',
  },
  'file-copy': {
    title: 'copy of files into the vault',
    interval: duration('1m'),
    run: duration('1s'),
    recovery: duration('1m'),
    source: 'a scheduled task, at most every minute',
  },
  'wal-archive': {
    title: 'archived write-ahead log',
    interval: duration('1s'),
    run: duration('0s'),
    recovery: duration('1m'),
    source: 'archive_timeout is in whole seconds',
  },
  'binary-log': {
    title: 'copied binary logs',
    interval: duration('1s'),
    run: duration('0s'),
    recovery: duration('1m'),
    source: 'events carry whole seconds',
  },
  'redis-rdb': {
    title: 'Redis RDB file',
    interval: duration('1m'),
    run: duration('1s'),
    recovery: duration('10s'),
    source: 'a job, at most every minute',
  },
  'redis-aof': {
    title: 'Redis append-only file',
    interval: duration('1s'),
    run: duration('0s'),
    recovery: duration('10s'),
    source: 'appendfsync everysec',
  },
  'secret-replica': {
    title: 'Secrets Manager replica',
    interval: duration('1s'),
    run: duration('0s'),
    recovery: duration('1s'),
    source: 'asynchronous; a replica can be read as it is',
  },
  's3-replication': {
    title: 'S3 replication with time control',
    interval: duration('15m'),
    run: duration('0s'),
    recovery: duration('1s'),
    source: '99.99 % within 15 minutes; a replica can be read as it is',
  },
  'object-versions': {
    title: 'versions under Object Lock',
    interval: duration('0s'),
    run: duration('0s'),
    recovery: duration('1s'),
    source: 'a version is there with the write that makes it',
  },
  git: {
    title: 'Git',
    interval: duration('0s'),
    run: duration('0s'),
    recovery: duration('1m'),
    source: 'what is not committed was never deployed',
  },
} as const satisfies Record<string, MechanismFloor>;

export type Mechanism = keyof typeof mechanisms;
