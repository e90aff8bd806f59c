import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import type { Statement } from './iam';
import { scaleService } from './service-scaling';
import { taskDefinition } from './task-definition';

export interface ServiceArgs {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: { readonly clusterName: string; readonly arn: pulumi.Input<string> };
  /** Image by digest, from the region's own registry. */
  readonly image: string;
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
  /** @recovery 0 in standby; the first thing that a failover raises after the database is promoted */
  readonly tasks: number;
  /** @default the number of tasks is fixed */
  readonly scaling?: { readonly min: number; readonly max: number };
  /** @default nobody is sent to the tasks */
  readonly entrance?: { readonly targetGroupArn: pulumi.Input<string>; readonly port: number };
  /**
   * `overlap` starts the new task before the old one ends; `single` ends the old one first, for a task
   * that must never run twice.
   */
  readonly rollout: 'overlap' | 'single';
  readonly subnetIds: pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** What must stand, and be promoted, before a task starts. */
  readonly startAfter: pulumi.Resource[];
}

/** Tasks of one image on Fargate, as many as wished, in the load balancer when they have an entrance. */
export class Service extends Component {
  readonly service: aws.ecs.Service;

  constructor(name: string, args: ServiceArgs, options: ComponentOptions) {
    super('Service', name, options);
    const definition = taskDefinition(this, args);
    this.service = new aws.ecs.Service(
      this.childName('service'),
      {
        name,
        cluster: args.cluster.arn,
        taskDefinition: definition.arn,
        launchType: 'FARGATE',
        desiredCount: args.tasks,
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        ...entranceInputs(name, args.entrance),
        ...rolloutInputs[args.rollout],
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableEcsManagedTags: true,
        propagateTags: 'SERVICE',
        // Without it `pulumi up` ends before the tasks have answered a health check.
        waitForSteadyState: true,
      },
      this.child({ dependsOn: args.startAfter, customTimeouts: { create: '20m', update: '20m', delete: '20m' } }),
    );
    if (args.scaling !== undefined) {
      scaleService(this, { ...args.scaling, clusterName: args.cluster.clusterName, service: this.service });
    }
    this.registerOutputs({});
  }
}

function entranceInputs(container: string, entrance: ServiceArgs['entrance']): Partial<aws.ecs.ServiceArgs> {
  if (entrance === undefined) return {};
  return {
    loadBalancers: [
      { targetGroupArn: entrance.targetGroupArn, containerName: container, containerPort: entrance.port },
    ],
    // A task may take this many seconds to its first good answer before ECS gives it up.
    healthCheckGracePeriodSeconds: 60,
  };
}

const rolloutInputs = {
  overlap: {
    deploymentMinimumHealthyPercent: 100,
    deploymentMaximumPercent: 200,
    availabilityZoneRebalancing: 'ENABLED',
  },
  // Rebalancing starts before it stops; ECS refuses it where no more than 100 % may run.
  single: {
    deploymentMinimumHealthyPercent: 0,
    deploymentMaximumPercent: 100,
    availabilityZoneRebalancing: 'DISABLED',
  },
} as const satisfies Record<ServiceArgs['rollout'], Partial<aws.ecs.ServiceArgs>>;
