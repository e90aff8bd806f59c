import * as aws from '@pulumi/aws';
import { backupJobs } from '../../../recovery/backup-jobs';
import { backedUp, dataSubnets, siteKey } from '../parts';
import { account, at, away, home, type Place } from '../place';

/** As much of an active site as the worst cases are computed from. */
export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const subnets = new aws.rds.SubnetGroup('postgres-subnets', { subnetIds: dataSubnets(site) }, site);
  const databases = ['postgres', 'pms'].map(
    (dataset) =>
      new aws.rds.Instance(
        `${dataset}-g1`,
        {
          identifier: `agente-${dataset}-g1`,
          instanceClass: 'db.m7g.large',
          engine: dataset === 'pms' ? 'mysql' : 'postgres',
          allocatedStorage: 100,
          username: 'agente',
          manageMasterUserPassword: true,
          dbSubnetGroupName: subnets.name,
          multiAz: true,
          storageEncrypted: true,
          kmsKeyId: keyArn,
          backupRetentionPeriod: 35,
          copyTagsToSnapshot: true,
          applyImmediately: true,
          deletionProtection: true,
          deleteAutomatedBackups: false,
          skipFinalSnapshot: false,
          finalSnapshotIdentifier: `agente-${dataset}-g1-final`,
        },
        { ...site, protect: true },
      ),
  );
  backedUp(
    site,
    databases.map(({ arn }) => arn),
    keyArn,
  );
  new aws.ecs.Service(
    'agente-api-service',
    { name: 'agente-api', desiredCount: 2, taskDefinition: 'agente-api:1' },
    site,
  );
  const vault = { bucket: 'agente-dr-vault', role: `arn:aws:iam::${account}:role/replication` };
  const time = { minutes: 15 };
  const rule = {
    status: 'Enabled',
    filter: { prefix: '' },
    deleteMarkerReplication: { status: 'Disabled' },
    sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
    destination: {
      bucket: `arn:aws:s3:::agente-dr-vault-${account}-${away}`,
      encryptionConfiguration: { replicaKmsKeyId: `arn:aws:kms:${away}:${account}:alias/agente-dr-dr` },
      metrics: { status: 'Enabled', eventThreshold: time },
      replicationTime: { status: 'Enabled', time },
    },
  };
  new aws.s3.BucketReplicationConfig('vault-replication', { ...vault, rules: [rule] }, site);
  const alarm = {
    namespace: 'agente-dr',
    metricName: 'BackupAge',
    statistic: 'Maximum',
    comparisonOperator: 'GreaterThanThreshold',
    evaluationPeriods: 5,
    period: 60,
    threshold: 600,
    treatMissingData: 'breaching',
    alarmActions: [`arn:aws:sns:us-east-1:${account}:agente-dr-alerts`],
  };
  const datasets = [...new Set(backupJobs.map((job) => job.dataset))];
  for (const dataset of datasets) {
    new aws.cloudwatch.MetricAlarm(`alarms-${dataset}`, { ...alarm, dimensions: { Dataset: dataset } }, site);
  }
  const validation = { ...alarm, metricName: 'ValidationAge', dimensions: { Dataset: 'postgres' } };
  new aws.cloudwatch.MetricAlarm('alarms-postgres-validation', validation, site);
  const shown = (figure: string, dataset: string) => ({
    type: 'metric',
    properties: { metrics: [['agente-dr', figure, 'Dataset', dataset]] },
  });
  const widgets = [...datasets.map((dataset) => shown('BackupAge', dataset)), shown('ValidationAge', 'postgres')];
  const page = { dashboardName: 'agente-dr-primary', dashboardBody: JSON.stringify({ widgets }) };
  new aws.cloudwatch.Dashboard('dashboard-page', page, site);
  for (const { id, schedule } of backupJobs) {
    new aws.scheduler.Schedule(
      `backups-${id}`,
      {
        name: id,
        state: 'DISABLED',
        scheduleExpression: schedule.toAwsExpression(),
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: `arn:aws:ecs:us-east-1:${account}:cluster/agente-dr`,
          roleArn: `arn:aws:iam::${account}:role/starter`,
          retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 3 },
        },
      },
      site,
    );
  }
};
