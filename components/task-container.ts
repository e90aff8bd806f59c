import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import type { Statement } from './iam';

/** What one task is; how many of it run, and when, is another matter. */
export interface TaskArgs {
  readonly accountId: string;
  readonly region: string;
  /** Image by digest, from the region's own registry. */
  readonly image: pulumi.Input<string>;
  /** @default the image's own */
  readonly command?: readonly string[];
  /** CPU units (1024 = one vCPU) and MiB, one of Fargate's pairs. */
  readonly size: { readonly cpu: number; readonly memory: number };
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variable -> name of a secret in this region. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What the task may do with AWS. @default nothing */
  readonly rights?: readonly Statement[];
  readonly keyArn: pulumi.Input<string>;
  /** Where the container listens. @default nowhere */
  readonly port?: number;
  /** Folders that the container may fill, empty at each start. @default none: its file system is read-only */
  readonly scratch?: readonly string[];
  /**
   * Folders that outlive the task.
   * @default none
   * @recovery what a task writes anywhere else is gone when it ends
   */
  readonly files?: readonly MountedFiles[];
}

/** A folder of a file system, as a task sees it. */
export interface MountedFiles {
  readonly path: string;
  readonly fileSystemId: pulumi.Input<string>;
  readonly fileSystemArn: pulumi.Input<string>;
  readonly accessPointId: pulumi.Input<string>;
  readonly accessPointArn: pulumi.Input<string>;
}

type Volume = aws.types.input.ecs.TaskDefinitionVolume;

const scratchName = (index: number): string => `scratch-${String(index)}`;
const filesName = (index: number): string => `files-${String(index)}`;

export function volumes({ scratch = [], files = [] }: TaskArgs): Volume[] {
  return [
    ...scratch.map((_path, index) => ({ name: scratchName(index) })),
    ...files.map(({ fileSystemId, accessPointId }, index) => ({
      name: filesName(index),
      efsVolumeConfiguration: {
        fileSystemId,
        transitEncryption: 'ENABLED',
        authorizationConfig: { accessPointId, iam: 'ENABLED' },
      },
    })),
  ];
}

function mounts({ scratch = [], files = [] }: TaskArgs): object[] {
  return [
    ...scratch.map((containerPath, index) => ({ sourceVolume: scratchName(index), containerPath })),
    ...files.map(({ path: containerPath }, index) => ({ sourceVolume: filesName(index), containerPath })),
  ];
}

/** Of ECS's container definition, what we use. Sorted, so that the same container is the same text. */
export function container(name: string, args: TaskArgs, logs: aws.cloudwatch.LogGroup): pulumi.Input<object> {
  const sorted = <T>(record: Readonly<Record<string, T>>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const mountPoints = mounts(args);
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
    portMappings: args.port === undefined ? [] : [{ containerPort: args.port, protocol: 'tcp' }],
    ...(mountPoints.length === 0 ? {} : { mountPoints }),
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
