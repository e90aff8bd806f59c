import type { Json } from '../fault';
import { asJson } from '../apply-fix';
import { seedDatasets } from './datasets';
import { seedRunbooks } from './runbooks';

/** The procedure's own tables, verbatim: a table as anybody else's, and read as one. */
export const seedWorkload: Json = asJson({
  datasets: seedDatasets,
  // Section "Service Tier Classification". Null where it does not say what a service keeps.
  services: {
    'agente-api': { tier: 1, needs: ['postgres', 'redis', 'configuration', 'secrets'] },
    'core-logic': { tier: 1, needs: ['postgres'] },
    'pms-integration': { tier: 2, needs: ['pms'] },
    'whatsapp-integration': { tier: 2, needs: null },
    'backup-systems': { tier: 3, needs: null },
    // "Can be recreated if needed."
    development: { tier: 4, needs: [] },
    testing: { tier: 4, needs: [] },
    documentation: { tier: 4, needs: [] },
  },
  // The lines of its crontab.
  jobs: {
    'postgres-full': job('postgres', ['backup.sh', 'full'], '0 3 * * *', '1234s'),
    'postgres-incremental': job('postgres', ['backup.sh', 'incremental'], '0 */4 * * *'),
    'postgres-validate': job('postgres', ['validate-backup.sh'], '0 4 * * *', '0s', 'validate'),
    'redis-rdb': job('redis', ['redis-cli', 'BGSAVE'], '0 * * * *'),
    secrets: job('secrets', ['backup-secrets.sh'], '0 2 * * *'),
    'pms-full': job('pms', ['backup-pms.sh'], '0 2 * * *'),
    'pms-binlog': job('pms', ['backup-pms-binlog.sh'], '0 */2 * * *'),
  },
  runbooks: seedRunbooks,
  // Each "Recovery Procedure" with the RTO and RPO that stand above its command.
  procedures: {
    'postgres-quick': procedure('postgres', 'Quick recovery (from last full backup)', 'logical-dump', '30m', '24h'),
    'postgres-pitr': procedure('postgres', 'Point-in-time recovery (from WAL)', 'wal-archive', '1h', '15m'),
    'redis-rdb': procedure('redis', 'Restore from RDB snapshot', 'redis-rdb', '10m', '1h'),
    'redis-aof': procedure('redis', 'Restore from AOF', 'redis-aof', '20m', '1s'),
    'pms-backup': procedure('pms', 'Restore from backup', 'logical-dump', '2h', '2h'),
  },
  // Section "Alerts": `> 86400 for 1h`, `> 604800 for 1h`.
  alarms: {
    'backup-too-old': alarm('backup-age', '24h', 'Database backup is more than 24 hours old'),
    'restore-test-overdue': alarm('validation-age', '7d', 'Restore test not run in over 7 days'),
  },
  // Section "Backup Testing Schedule".
  drills: {
    'backup-verification': { title: 'Automated Backup Verification', tiers: [1], every: '1d' },
    'restore-elsewhere': { title: 'Restore to Non-Prod', tiers: [1], every: '7d' },
    'database-drill': { title: 'Full DR Drill (Database)', tiers: [1], every: '30d' },
    'complete-drill': { title: 'Complete DR Drill (All Systems)', tiers: [1, 2, 3, 4], every: '91d' },
    chaos: { title: 'Chaos Engineering Test', tiers: [1], every: '30d' },
  },
});

function job(dataset: string, command: readonly string[], schedule: string, budget = '0s', role = 'backup') {
  return { dataset, command, schedule, budget, role };
}

function procedure(dataset: string, title: string, reads: string, rto: string, rpo: string) {
  return { dataset, title, reads, rto, rpo };
}

function alarm(metric: string, threshold: string, why: string) {
  return { dataset: 'postgres', metric, threshold, sustained: '1h', why };
}
