import type { Properties } from '../../local/provider/values';
import type { Example } from './refusal-examples';

const rules = (more: Properties): Properties => ({ rules: [{ ruleName: 'daily', ...more }] });
const priorities = (...numbers: number[]): Properties => ({
  policy: JSON.stringify({ rules: numbers.map((rulePriority) => ({ rulePriority })) }),
});

/** Examples for backups, and for what tasks start from. */
export const taskExamples: Readonly<Record<string, Example>> = {
  'aws:backup/vault:Vault name': [{ name: 'agente-dr' }, { name: 'a' }],
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration changeableForDays': [
    { changeableForDays: 3 },
    { changeableForDays: 2 },
  ],
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration minRetentionDays': [
    { minRetentionDays: 7, maxRetentionDays: 90 },
    { minRetentionDays: 91, maxRetentionDays: 90 },
  ],
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration maxRetentionDays': [
    { maxRetentionDays: 36_500 },
    { maxRetentionDays: 36_501 },
  ],
  'aws:backup/plan:Plan name': [{ name: 'agente-dr' }, { name: 'agente dr' }],
  'aws:backup/plan:Plan rules': [
    rules({ schedule: 'cron(0 3 * * ? *)', startWindow: 60, completionWindow: 120 }),
    rules({ schedule: 'cron(0 3 * * ? *)', startWindow: 60, completionWindow: 119 }),
  ],
  'aws:backup/selection:Selection name': [{ name: 'agente-dr' }, { name: 'agente dr' }],
  'aws:backup/restoreTestingPlan:RestoreTestingPlan name': [{ name: 'agente_dr' }, { name: 'agente-dr' }],
  'aws:backup/restoreTestingPlan:RestoreTestingPlan scheduleExpression': [
    { scheduleExpression: 'cron(0 5 ? * 2 *)' },
    { scheduleExpression: 'cron(0 5 * * 2 *)' },
  ],
  'aws:backup/restoreTestingPlan:RestoreTestingPlan scheduleExpressionTimezone': [
    { scheduleExpressionTimezone: 'America/Sao_Paulo' },
    { scheduleExpressionTimezone: 'Sao Paulo' },
  ],
  'aws:backup/restoreTestingPlan:RestoreTestingPlan startWindowHours': [
    { startWindowHours: 1 },
    { startWindowHours: 169 },
  ],
  'aws:backup/restoreTestingPlan:RestoreTestingPlan recoveryPointSelection': [
    { recoveryPointSelection: { selectionWindowDays: 7 } },
    { recoveryPointSelection: { selectionWindowDays: 366 } },
  ],
  'aws:backup/restoreTestingSelection:RestoreTestingSelection name': [{ name: 'agente_rds' }, { name: 'agente-rds' }],
  'aws:backup/restoreTestingSelection:RestoreTestingSelection validationWindowHours': [
    { validationWindowHours: 168 },
    { validationWindowHours: 169 },
  ],

  'aws:ecr/repository:Repository name': [{ name: 'agente-dr/api' }, { name: 'Agente' }],
  'aws:ecr/repository:Repository imageTagMutability': [
    { imageTagMutability: 'IMMUTABLE' },
    { imageTagMutability: 'FROZEN' },
  ],
  'aws:ecr/lifecyclePolicy:LifecyclePolicy policy': [priorities(1, 2), priorities(1, 1)],
  'aws:ecr/replicationConfiguration:ReplicationConfiguration replicationConfiguration': [
    { replicationConfiguration: { rules: [{ destinations: [{ region: 'us-west-2' }] }] } },
    { replicationConfiguration: { rules: [{ destinations: [] }] } },
  ],
  'aws:efs/fileSystem:FileSystem creationToken': [{ creationToken: 'files' }, { creationToken: 'a'.repeat(65) }],
  'aws:efs/fileSystem:FileSystem kmsKeyId': [{ kmsKeyId: 'arn:k', encrypted: true }, { kmsKeyId: 'arn:k' }],
  'aws:efs/fileSystem:FileSystem performanceMode': [{ performanceMode: 'maxIO' }, { performanceMode: 'fast' }],
  'aws:efs/fileSystem:FileSystem provisionedThroughputInMibps': [
    { provisionedThroughputInMibps: 10, throughputMode: 'provisioned' },
    { provisionedThroughputInMibps: 10, throughputMode: 'elastic' },
  ],
  'aws:efs/fileSystem:FileSystem throughputMode': [
    { throughputMode: 'elastic' },
    { throughputMode: 'elastic', performanceMode: 'maxIO' },
  ],
  'aws:efs/fileSystem:FileSystem protection': [
    { protection: { replicationOverwrite: 'DISABLED' } },
    { protection: { replicationOverwrite: 'OFF' } },
  ],
  'aws:efs/accessPoint:AccessPoint posixUser': [
    { posixUser: { uid: 1_000, gid: 1_000 } },
    { posixUser: { uid: -1, gid: 0 } },
  ],
  'aws:efs/accessPoint:AccessPoint rootDirectory': [
    { rootDirectory: { path: '/grafana' } },
    { rootDirectory: { path: 'grafana' } },
  ],
  'aws:efs/backupPolicy:BackupPolicy backupPolicy': [
    { backupPolicy: { status: 'ENABLED' } },
    { backupPolicy: { status: 'ON' } },
  ],
  'aws:efs/mountTarget:MountTarget securityGroups': [
    { securityGroups: ['1', '2', '3', '4', '5'] },
    { securityGroups: ['1', '2', '3', '4', '5', '6'] },
  ],
  'aws:efs/replicationConfiguration:ReplicationConfiguration destination': [
    { destination: { region: 'us-west-2' } },
    { destination: { kmsKeyId: 'alias/files' } },
  ],
  'aws:scheduler/scheduleGroup:ScheduleGroup name': [{ name: 'agente-dr' }, { name: 'agente dr' }],
  'aws:scheduler/schedule:Schedule name': [{ name: 'postgres-full' }, { name: 'a'.repeat(65) }],
  'aws:scheduler/schedule:Schedule scheduleExpression': [
    { scheduleExpression: 'cron(*/15 * * * ? *)' },
    { scheduleExpression: '*/15 * * * *' },
  ],
  'aws:scheduler/schedule:Schedule scheduleExpressionTimezone': [
    { scheduleExpressionTimezone: 'UTC' },
    { scheduleExpressionTimezone: 'Local' },
  ],
  'aws:scheduler/schedule:Schedule state': [{ state: 'DISABLED' }, { state: 'PAUSED' }],
  'aws:scheduler/schedule:Schedule flexibleTimeWindow': [
    { flexibleTimeWindow: { mode: 'OFF' } },
    { flexibleTimeWindow: { mode: 'FLEXIBLE' } },
  ],
  'aws:scheduler/schedule:Schedule target': [
    { target: { retryPolicy: { maximumRetryAttempts: 185 } } },
    { target: { retryPolicy: { maximumRetryAttempts: 186 } } },
  ],
};
