import * as aws from '@pulumi/aws';
import { account, at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.scheduler.Schedule(
    'backups-pms-binlog',
    {
      name: 'pms-binlog',
      scheduleExpression: 'cron(0/30 * * * ? *)',
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: `arn:aws:ecs:us-east-1:${account}:cluster/agente-dr`,
        roleArn: `arn:aws:iam::${account}:role/starter`,
        retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 3 },
      },
    },
    site,
  );
  new aws.cloudwatch.MetricAlarm(
    'alarms-pms-backup-age',
    {
      namespace: 'agente-dr',
      metricName: 'BackupAge',
      dimensions: { Dataset: 'pms' },
      comparisonOperator: 'GreaterThanThreshold',
      statistic: 'Maximum',
      evaluationPeriods: 5,
      period: 60,
      threshold: 2_700,
      treatMissingData: 'breaching',
      alarmActions: [`arn:aws:sns:us-east-1:${account}:agente-dr-alerts`],
    },
    site,
  );
  new aws.cloudwatch.Dashboard(
    'dashboard-page',
    {
      dashboardName: 'agente-dr-primary',
      dashboardBody: JSON.stringify({
        widgets: [{ type: 'metric', properties: { metrics: [['agente-dr', 'ValidationAge', 'Dataset', 'pms']] } }],
      }),
    },
    site,
  );
};
