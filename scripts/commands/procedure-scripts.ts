/** The scripts of the procedure, each as the verb that it stands for; its own arguments follow. */
export const procedureScripts: Readonly<Record<string, readonly string[]>> = {
  'backup.sh': ['backup', 'postgres'],
  'validate-backup.sh': ['validate', 'postgres'],
  'restore.sh': ['restore', 'postgres'],
  'restore-pitr.sh': ['restore', 'postgres'],
  'backup-redis.sh': ['backup', 'redis'],
  'restore-redis.sh': ['restore', 'redis'],
  'backup-pms.sh': ['backup', 'pms', 'full'],
  'backup-pms-binlog.sh': ['backup', 'pms', 'log'],
  'restore-pms.sh': ['restore', 'pms'],
  'restore-pms-pitr.sh': ['restore', 'pms'],
  'backup-secrets.sh': ['backup', 'secrets'],
  'restore-secrets.sh': ['restore', 'secrets'],
  'backup-monitoring.sh': ['backup'],
  'send-alert.sh': ['alert'],
  'send-notification.sh': ['notify'],
};

/** Words of a command line whose first may be a script of the procedure, as schedules and scripts/*.sh give them. */
export function spelledOut([first = '', ...rest]: readonly string[]): string[] {
  return [...(procedureScripts[first] ?? (first === '' ? [] : [first])), ...rest];
}
