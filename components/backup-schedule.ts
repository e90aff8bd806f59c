import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { arn } from './arn';
import { Component, type ComponentOptions } from './component';
import { policyDocument, trust, type Statement } from './iam';
import type { Task } from './task';

/** One job: what to run, in which task, and when. */
export interface ScheduledJob {
  /** Name of the schedule in its group. @recovery none: only a name */
  readonly id: string;
  /** Definition that is started. @recovery its role is all that the job may do to recovery points */
  readonly task: Task;
  /** What the container is told to run. @recovery decides which recovery point is made; a wrong one makes none */
  readonly command: readonly string[];
  /**
   * EventBridge's form, `cron(0 3 * * ? *)`; in UTC, so that no hour comes twice or not at all.
   * @recovery the largest gap between two starts is part of the worst-case loss
   */
  readonly expression: string;
  /**
   * Between two starts, at most. A start is not tried again when the next one is due.
   * @recovery a start that fails for longer than this, or than 15 minutes, leaves no recovery point
   */
  readonly interval: Duration;
}

export interface BackupScheduleArgs {
  /**
   * Account that EventBridge must work for to take the role that starts tasks.
   * @recovery with a wrong one no job starts, and recovery points only grow older
   */
  readonly accountId: string;
  /**
   * Region of the tasks, part of their ARNs and of the role's name.
   * @recovery with a wrong one the role may start no job
   */
  readonly region: string;
  /**
   * The one cluster that jobs may be started in.
   * @recovery a job that is meant for another one is refused, and leaves no recovery point
   */
  readonly clusterArn: pulumi.Input<string>;
  /**
   * What runs, each on a schedule of its own.
   * @recovery a store without a job here has only its replica and its snapshots
   */
  readonly jobs: readonly ScheduledJob[];
  /**
   * Whether the schedules fire.
   * @recovery false in standby, where everything stands and nothing fires: a failover switches it on
   */
  readonly enabled: boolean;
  /**
   * Subnets of the tasks; none gets a public address.
   * @recovery a job that cannot reach its store or the vault from there makes no recovery point
   */
  readonly subnetIds: pulumi.Input<string>[];
  /** Group of the tasks, which the stores let in. @recovery a store that does not let it in is not backed up */
  readonly securityGroupId: pulumi.Input<string>;
}

/** How long a start that fails, for want of capacity, is tried again, where the next one is not due before. */
const retry = { within: duration('15m'), times: 10 } as const;

/**
 * When recovery points are taken. A run that does not start or does not end is not reported here: the
 * alarms measure the age of the newest recovery point, whatever the reason why there is no newer one.
 */
export class BackupSchedule extends Component {
  constructor(name: string, args: BackupScheduleArgs, options: ComponentOptions) {
    super('BackupSchedule', name, options);
    const group = new aws.scheduler.ScheduleGroup(this.childName('group'), { name: `agente-dr-${name}` }, this.child());
    const starter = this.starter(args);
    for (const job of args.jobs) this.schedule(group, starter, job, args);
    this.registerOutputs({});
  }

  private schedule(
    group: aws.scheduler.ScheduleGroup,
    { role, rights }: Starter,
    { id, task, command, expression, interval }: ScheduledJob,
    args: BackupScheduleArgs,
  ): void {
    new aws.scheduler.Schedule(
      this.childName(id),
      {
        name: id,
        groupName: group.name,
        scheduleExpression: expression,
        scheduleExpressionTimezone: 'UTC',
        // A window would add its length to the worst case of every dataset.
        flexibleTimeWindow: { mode: 'OFF' },
        state: args.enabled ? 'ENABLED' : 'DISABLED',
        target: {
          arn: args.clusterArn,
          roleArn: role.arn,
          ecsParameters: {
            taskDefinitionArn: task.arn,
            taskCount: 1,
            launchType: 'FARGATE',
            networkConfiguration: {
              subnets: args.subnetIds,
              securityGroups: [args.securityGroupId],
              assignPublicIp: false,
            },
          },
          input: JSON.stringify({ containerOverrides: [{ name: task.container, command }] }),
          retryPolicy: {
            maximumEventAgeInSeconds: (interval.isLongerThan(retry.within) ? retry.within : interval).toWholeSeconds(),
            maximumRetryAttempts: retry.times,
          },
        },
      },
      this.child({ dependsOn: [rights] }),
    );
  }

  private starter(args: BackupScheduleArgs): Starter {
    const role = new aws.iam.Role(
      this.childName('starter'),
      {
        // IAM is one for all regions, so the name says which.
        name: `agente-dr-${this.label}-starter-${args.region}`,
        assumeRolePolicy: trust('scheduler.amazonaws.com', args.accountId),
      },
      this.child(),
    );
    const rights = new aws.iam.RolePolicy(
      this.childName('starter'),
      { role: role.id, policy: policyDocument(starterRights(args)) },
      this.child(),
    );
    return { role, rights };
  }
}

interface Starter {
  readonly role: aws.iam.Role;
  readonly rights: aws.iam.RolePolicy;
}

/** Starts the tasks of the jobs in the one cluster, and hands roles to nobody else. */
function starterRights({ accountId, region, jobs, clusterArn }: BackupScheduleArgs): Statement[] {
  const tasks = [...new Set(jobs.map(({ task }) => task))];
  return [
    {
      Effect: 'Allow',
      Action: 'ecs:RunTask',
      Resource: tasks.map(({ family }) => arn.anyTaskDefinition(region, accountId, family)),
      Condition: { ArnEquals: { 'ecs:cluster': clusterArn } },
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: tasks.flatMap(({ roleArns }) => roleArns),
      Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
  ];
}
