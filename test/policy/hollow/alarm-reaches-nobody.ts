import * as aws from '@pulumi/aws';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.cloudwatch.LogGroup('toolbox-logs', { name: '/agente-dr/toolbox', retentionInDays: 30 }, site);
  new aws.cloudwatch.MetricAlarm(
    'alarms-postgres-backup-age',
    {
      name: 'agente-dr-postgres-backup-age',
      namespace: 'agente-dr',
      metricName: 'BackupAge',
      dimensions: { Dataset: 'postgres' },
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      evaluationPeriods: 5,
      period: 60,
      threshold: 600,
      treatMissingData: 'breaching',
    },
    site,
  );
};
