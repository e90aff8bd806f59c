import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import type { Statement } from './iam';

/** What one task is; how many of it run, and when, is another matter. */
export interface TaskArgs {
  /** Account of the site. @recovery with a wrong one the task finds no secret, and does not start */
  readonly accountId: string;
  /**
   * Region whose secrets and logs the task uses.
   * @recovery with the other one it would not start when that region is gone
   */
  readonly region: string;
  /**
   * Image by digest, from the region's own registry.
   * @recovery from the other region's it would not start when that region is gone
   */
  readonly image: pulumi.Input<string>;
  /** What the container is told to run. @default the image's own @recovery none: only what runs */
  readonly command?: readonly string[];
  /**
   * One of Fargate's pairs.
   * @recovery too small a pair serves fewer guests after a failover, and takes longer to restore
   */
  readonly size: {
    /** CPU units (1024 = one vCPU). @recovery the fewer, the longer a backup or a restore runs */
    readonly cpu: number;
    /** MiB. @recovery a task that needs more is killed: its backup or restore is not finished */
    readonly memory: number;
  };
  /**
   * Variable -> value, readable by whoever may read the definition.
   * @recovery must not depend on the role: a failover makes no new definition
   */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Variable -> name of a secret in this region.
   * @recovery a secret that has no copy in this region keeps the task from starting
   */
  readonly secrets: Readonly<Record<string, string>>;
  /**
   * What the task may do with AWS, beside mounting its files.
   * @default nothing
   * @recovery decides whether the task may destroy a recovery point
   */
  readonly rights?: readonly Statement[];
  /**
   * Key of the task's secrets and its log.
   * @recovery without it the task cannot read its secrets, and does not start
   */
  readonly keyArn: pulumi.Input<string>;
  /** Where the container listens. @default nowhere @recovery none: only where it is reached */
  readonly port?: number;
  /**
   * Folders that the container may fill, empty at each start.
   * @default none: its file system is read-only
   * @recovery what is written there is gone with the task
   */
  readonly scratch?: readonly string[];
  /** Folders that outlive the task. @default none @recovery what a task writes anywhere else is gone when it ends */
  readonly files?: readonly MountedFiles[];
}

/** A folder of a file system, as a task sees it. */
export interface MountedFiles {
  /** Where the task sees the folder. @recovery what it writes beside it does not outlive the task */
  readonly path: string;
  /** File system, by its id. @recovery the folder is as old as its copy where that system is lost */
  readonly fileSystemId: pulumi.Input<string>;
  /** The same, for the task's rights. @recovery without the right the mount is refused, and the task does not start */
  readonly fileSystemArn: pulumi.Input<string>;
  /** Access point: the one folder of it that the task sees. @recovery a task can spoil no other folder */
  readonly accessPointId: pulumi.Input<string>;
  /** The same, for the task's rights. @recovery the right to write holds through this one alone */
  readonly accessPointArn: pulumi.Input<string>;
  /**
   * Whether the task may read and not write.
   * @default false
   * @recovery true for whoever backs the folder up: it can spoil nothing of what it copies
   */
  readonly readOnly?: boolean;
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
    ...files.map(({ path: containerPath, readOnly = false }, index) => ({
      sourceVolume: filesName(index),
      containerPath,
      ...(readOnly ? { readOnly } : {}),
    })),
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
