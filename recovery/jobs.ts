import { duration } from './duration';
import { Schedule } from './schedule';
import type { BackupJob } from './backup-job';

const cron = (text: string): Schedule => Schedule.cron(text);

/**
 * What runs when. The lines of the procedure stand verbatim where they keep the promise; docs/corrections.md
 * has the others.
 */
export const jobs = {
  'postgres-full': {
    dataset: 'postgres',
    command: ['backup.sh', 'full'],
    schedule: cron('0 3 * * *'),
    budget: duration('45m'),
    role: 'backup',
  },
  'postgres-incremental': {
    dataset: 'postgres',
    command: ['backup.sh', 'incremental'],
    schedule: cron('0 */4 * * *'),
    budget: duration('30m'),
    role: 'backup',
  },
  'postgres-validate': {
    dataset: 'postgres',
    command: ['validate-backup.sh'],
    schedule: cron('0 4 * * *'),
    budget: duration('1h'),
    role: 'validate',
  },
  'redis-export': {
    dataset: 'redis',
    command: ['backup-redis.sh'],
    schedule: cron('*/15 * * * *'),
    budget: duration('5m'),
    role: 'backup',
  },
  'pms-full': {
    dataset: 'pms',
    command: ['backup-pms.sh'],
    schedule: cron('0 2 * * *'),
    budget: duration('45m'),
    role: 'backup',
  },
  'pms-binlog': {
    dataset: 'pms',
    command: ['backup-pms-binlog.sh'],
    schedule: cron('*/30 * * * *'),
    budget: duration('10m'),
    role: 'backup',
  },
  'secrets-copy': {
    dataset: 'secrets',
    command: ['backup-secrets.sh'],
    schedule: cron('*/10 * * * *'),
    budget: duration('3m'),
    role: 'backup',
  },
  'prometheus-snapshot': {
    dataset: 'prometheus',
    command: ['backup-monitoring.sh', 'prometheus'],
    schedule: cron('0 */6 * * *'),
    budget: duration('30m'),
    role: 'backup',
  },
  'grafana-snapshot': {
    dataset: 'grafana',
    command: ['backup-monitoring.sh', 'grafana'],
    schedule: cron('0 */6 * * *'),
    budget: duration('10m'),
    role: 'backup',
  },
  'alertmanager-snapshot': {
    dataset: 'alertmanager',
    command: ['backup-monitoring.sh', 'alertmanager'],
    schedule: cron('0 */6 * * *'),
    budget: duration('10m'),
    role: 'backup',
  },
} as const satisfies Readonly<Record<string, Omit<BackupJob, 'id'>>>;
