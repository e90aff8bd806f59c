import * as pulumi from '@pulumi/pulumi';
import { backupJobs } from '../recovery/backup-jobs';
import type { Contract } from '../recovery/contract';
import type { Foundation } from './foundation';
import type { Services } from './services';

/** What it takes to run a task of the toolbox by hand, as its schedules do. */
export function toolboxContract(
  { network }: Foundation,
  { cluster, toolbox }: Services,
): pulumi.Output<NonNullable<Contract['toolbox']>> {
  const taskDefinitions = Object.fromEntries(Object.entries(toolbox).map(([role, task]) => [role, task.arn]));
  return pulumi.output({
    cluster: cluster.clusterName,
    subnetIds: network.privateSubnetIds,
    securityGroupId: network.taskSecurityGroupId,
    taskDefinitions,
  });
}

/** The jobs of the promise as the site has scheduled them. */
export const jobContracts = (): Contract['backupJobs'] =>
  backupJobs.map(({ id, dataset, schedule, command }) => ({
    id,
    dataset,
    schedule: schedule.cron,
    command: [...command],
  }));
