import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';
import { container, volumes, type TaskArgs } from './task-container';
import { mountRights, startRights, taskRole, type TaskRole } from './task-role';

/** CloudWatch Logs accepts a closed list of retentions; 30 days is one of it. */
const keepLogs = duration('30d');

/** What a task is, with the two roles it has: one to be started with, one to work with. */
export interface DefinedTask {
  readonly definition: aws.ecs.TaskDefinition;
  /** Whoever starts the task hands it these, and must be allowed to. */
  readonly roleArns: readonly pulumi.Output<string>[];
}

export const taskFamily = (label: string): string => `agente-dr-${label}`;

export function taskDefinition(owner: Component, args: TaskArgs): DefinedTask {
  const logs = new aws.cloudwatch.LogGroup(
    owner.childName('logs'),
    { name: `/agente-dr/${owner.label}`, retentionInDays: keepLogs.toWholeDays(), kmsKeyId: args.keyArn },
    owner.child(),
  );
  const starter = taskRole(owner, args, 'start', startRights(args));
  const worker = taskRole(owner, args, 'work', [...(args.rights ?? []), ...mountRights(args)]);
  const images = new aws.iam.RolePolicyAttachment(
    owner.childName('start-images'),
    { role: starter.made.name, policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy' },
    owner.child(),
  );
  // A task that starts before its rights are written fails, and counts against the deployment.
  const dependsOn = [images, ...starter.rights, ...worker.rights];
  const definition = define(owner, args, { logs, starter, worker }, dependsOn);
  return { definition, roleArns: [starter.made.arn, worker.made.arn] };
}

interface Parts {
  readonly logs: aws.cloudwatch.LogGroup;
  readonly starter: TaskRole;
  readonly worker: TaskRole;
}

function define(
  owner: Component,
  args: TaskArgs,
  { logs, starter, worker }: Parts,
  dependsOn: pulumi.Resource[],
): aws.ecs.TaskDefinition {
  const disks = volumes(args);
  return new aws.ecs.TaskDefinition(
    owner.childName('task'),
    {
      family: taskFamily(owner.label),
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' },
      cpu: String(args.size.cpu),
      memory: String(args.size.memory),
      executionRoleArn: starter.made.arn,
      taskRoleArn: worker.made.arn,
      ...(disks.length === 0 ? {} : { volumes: disks }),
      containerDefinitions: pulumi.jsonStringify([container(owner.label, args, logs)]),
    },
    owner.child({ dependsOn }),
  );
}
