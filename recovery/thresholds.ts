import type { AlarmThreshold } from './alarm';
import { duration } from './duration';

/** A value is believed when it has stood for so long: shorter is weather. */
const sustained = duration('5m');

/** Above what people are told, early enough that the objective can still be kept. */
export const alarms = {
  'postgres-replica-lag': {
    dataset: 'postgres',
    metric: 'replica-lag',
    threshold: duration('5m'),
    sustained,
    why: 'a third of the objective is gone, and it grows',
  },
  'postgres-slot-lag': {
    dataset: 'postgres',
    metric: 'slot-lag',
    threshold: 10_240,
    sustained,
    why: 'half of what the server keeps for its replica before it gives it up',
  },
  'postgres-free-storage': {
    dataset: 'postgres',
    metric: 'free-storage',
    threshold: 20_480,
    sustained,
    why: 'what a replica that is away may still take',
  },
  'postgres-backup-age': {
    dataset: 'postgres',
    metric: 'backup-age',
    threshold: duration('10m'),
    sustained,
    why: 'the newest restorable time is two shipments old',
  },
  'postgres-validation-age': {
    dataset: 'postgres',
    metric: 'validation-age',
    threshold: duration('26h'),
    sustained,
    why: 'the daily validation has not succeeded',
  },
  'pms-replica-lag': {
    dataset: 'pms',
    metric: 'replica-lag',
    threshold: duration('20m'),
    sustained,
    why: 'a third of the objective is gone, and it grows',
  },
  'pms-free-storage': {
    dataset: 'pms',
    metric: 'free-storage',
    threshold: 10_240,
    sustained,
    why: 'a tenth of the disk',
  },
  'pms-backup-age': {
    dataset: 'pms',
    metric: 'backup-age',
    threshold: duration('45m'),
    sustained,
    why: 'a copy of the binary logs is missing',
  },
  'redis-backup-age': {
    dataset: 'redis',
    metric: 'backup-age',
    threshold: duration('35m'),
    sustained,
    why: 'an export is missing',
  },
  'redis-durability-lag': {
    dataset: 'redis',
    metric: 'durability-lag',
    threshold: duration('10s'),
    sustained,
    why: 'the durable log is as late as it may be, and writes are refused',
  },
  'secrets-backup-age': {
    dataset: 'secrets',
    metric: 'backup-age',
    threshold: duration('14m'),
    sustained: duration('1m'),
    why: 'a copy is missing',
  },
  'prometheus-backup-age': {
    dataset: 'prometheus',
    metric: 'backup-age',
    threshold: duration('13h'),
    sustained,
    why: 'two snapshots are missing',
  },
  'grafana-backup-age': {
    dataset: 'grafana',
    metric: 'backup-age',
    threshold: duration('13h'),
    sustained,
    why: 'two snapshots are missing',
  },
  'alertmanager-backup-age': {
    dataset: 'alertmanager',
    metric: 'backup-age',
    threshold: duration('13h'),
    sustained,
    why: 'two snapshots are missing',
  },
  'vault-replication-latency': {
    dataset: 'vault',
    metric: 'replication-latency',
    threshold: duration('15m'),
    sustained,
    why: 'S3 has missed its own promise',
  },
} as const satisfies Readonly<Record<string, Omit<AlarmThreshold, 'id'>>>;

/** Every alarm with its name. */
export const alarmThresholds: readonly AlarmThreshold[] = Object.entries(alarms).map(([id, alarm]) => ({
  id,
  ...alarm,
}));
