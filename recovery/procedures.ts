import { duration } from './duration';
import type { Procedure } from './procedure';

/** The commands that bring a dataset back, and what they promise. */
export const procedures = {
  'restore-pitr': {
    dataset: 'postgres',
    title: 'restore-pitr.sh --target-time T',
    reads: 'rds-point-in-time',
    rto: duration('1h'),
    rpo: duration('15m'),
  },
  'restore-pms-pitr': {
    dataset: 'pms',
    title: 'restore-pms-pitr.sh --target-time T',
    reads: 'rds-point-in-time',
    rto: duration('2h'),
    rpo: duration('1h'),
  },
  'restore-pms-binlog': {
    dataset: 'pms',
    title: 'restore-pms.sh and the binary logs after it',
    reads: 'binary-log',
    rto: duration('2h'),
    rpo: duration('1h'),
  },
  'restore-redis': {
    dataset: 'redis',
    title: 'restore-redis.sh',
    reads: 'logical-dump',
    rto: duration('30m'),
    rpo: duration('1h'),
  },
  'restore-secrets': {
    dataset: 'secrets',
    title: 'restore-secrets.sh',
    reads: 'file-copy',
    rto: duration('30m'),
    rpo: duration('15m'),
  },
} as const satisfies Readonly<Record<string, Procedure>>;
