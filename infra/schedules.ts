import type * as aws from '@pulumi/aws';
import { BackupSchedule } from '../components/backup-schedule';
import { backupJobs } from '../recovery/backup-jobs';
import type { SiteConfig } from './config';
import type { Running } from './roles';
import type { CommonArgs } from './task-args';
import type { Toolbox } from './toolbox';

/** Every job of the promise, on the site that has the data. */
export function putUpSchedules(
  config: SiteConfig,
  { cluster, subnetIds, securityGroupId }: CommonArgs,
  toolbox: Toolbox,
  { takesBackups }: Running,
  provider: aws.Provider,
): BackupSchedule {
  return new BackupSchedule(
    'backups',
    {
      accountId: config.accountId,
      region: config.region,
      clusterArn: cluster.arn,
      jobs: backupJobs.map(({ id, command, role, schedule }) => ({
        id,
        command,
        task: toolbox[role],
        expression: schedule.toAwsExpression(),
        interval: schedule.largestGap(),
      })),
      enabled: takesBackups,
      subnetIds,
      securityGroupId,
    },
    { provider },
  );
}
