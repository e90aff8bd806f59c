import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import { arn } from './arn';
import type { Component } from './component';
import { policyDocument, trust, type Statement } from './iam';
import type { ServiceArgs } from './service';

/** CloudWatch Logs accepts a closed list of retentions; 30 days is one of it. */
const keepLogs = duration('30d');

/** What a task is, with the two roles it has: one to be started with, one to work with. */
export function taskDefinition(owner: Component, args: ServiceArgs): aws.ecs.TaskDefinition {
  const logs = new aws.cloudwatch.LogGroup(
    owner.childName('logs'),
    { name: `/agente-dr/${owner.label}`, retentionInDays: keepLogs.toWholeDays(), kmsKeyId: args.keyArn },
    owner.child(),
  );
  const starter = role(owner, args, 'start', startRights(args));
  const worker = role(owner, args, 'work', args.rights ?? []);
  const images = new aws.iam.RolePolicyAttachment(
    owner.childName('start-images'),
    { role: starter.made.name, policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy' },
    owner.child(),
  );
  return new aws.ecs.TaskDefinition(
    owner.childName('task'),
    {
      family: `agente-dr-${owner.label}`,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' },
      cpu: String(args.size.cpu),
      memory: String(args.size.memory),
      executionRoleArn: starter.made.arn,
      taskRoleArn: worker.made.arn,
      containerDefinitions: pulumi.jsonStringify([container(owner.label, args, logs)]),
    },
    // A task that starts before its rights are written fails, and counts against the deployment.
    owner.child({ dependsOn: [images, ...starter.rights, ...worker.rights] }),
  );
}

interface TaskRole {
  readonly made: aws.iam.Role;
  readonly rights: readonly aws.iam.RolePolicy[];
}

function role(owner: Component, args: ServiceArgs, what: string, rights: readonly Statement[]): TaskRole {
  const made = new aws.iam.Role(
    owner.childName(what),
    {
      // IAM is one for all regions, so the name says which.
      name: `agente-dr-${owner.label}-${what}-${args.region}`,
      assumeRolePolicy: trust('ecs-tasks.amazonaws.com', args.accountId),
    },
    owner.child(),
  );
  if (rights.length === 0) return { made, rights: [] };
  const inputs = { role: made.id, policy: policyDocument(rights) };
  return { made, rights: [new aws.iam.RolePolicy(owner.childName(what), inputs, owner.child())] };
}

function startRights({ accountId, region, keyArn, secrets }: ServiceArgs): Statement[] {
  const names = [...new Set(Object.values(secrets))];
  if (names.length === 0) return [];
  return [
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: names.map((name) => arn.secretPattern(region, accountId, name)),
    },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
  ];
}

/** Of ECS's container definition, what we use. Sorted, so that the same container is the same text. */
function container(name: string, args: ServiceArgs, logs: aws.cloudwatch.LogGroup): pulumi.Input<object> {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    name,
    image: args.image,
    essential: true,
    ...(args.command === undefined ? {} : { command: args.command }),
    environment: sorted(args.environment).map(([variable, value]) => ({ name: variable, value })),
    secrets: sorted(args.secrets).map(([variable, secret]) => ({
      name: variable,
      valueFrom: arn.secret(args.region, args.accountId, secret),
    })),
    portMappings: args.entrance === undefined ? [] : [{ containerPort: args.entrance.port, protocol: 'tcp' }],
    readonlyRootFilesystem: true,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logs.name,
        'awslogs-region': args.region,
        'awslogs-stream-prefix': name,
      },
    },
  };
}
