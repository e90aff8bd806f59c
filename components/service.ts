import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';
import { rolloutInputs, type Rollout } from './rollout';
import { scaleService } from './service-scaling';
import type { TaskArgs } from './task-container';
import { taskDefinition } from './task-definition';

export interface ServiceArgs extends TaskArgs {
  /** Where the tasks run. @recovery none in a failover: it stands in every role */
  readonly cluster: {
    /** Its name, by which scaling finds the service. @recovery none: only a name */
    readonly clusterName: string;
    /** Its ARN, by which the service is put there. @recovery none: only where tasks run */
    readonly arn: pulumi.Input<string>;
  };
  /** How many run. @recovery 0 in standby; the first thing that a failover raises after the database is promoted */
  readonly tasks: number;
  /**
   * Bounds within which load decides how many run.
   * @default the number of tasks is fixed
   * @recovery takes the rush after a failover without a person
   */
  readonly scaling?: {
    /** Fewest tasks. @recovery 0 in standby, raised by a failover */
    readonly min: number;
    /** Most tasks. @recovery the same in every role: nobody raises it in the night */
    readonly max: number;
  };
  /**
   * How a new definition takes the place of the old one.
   * @recovery how fast a bad version is left behind, and whether guests wait meanwhile
   */
  readonly rollout: Rollout;
  /**
   * Whether a deployment ends only when the tasks have answered a health check.
   * @default true
   * @recovery false where a service that does not come up must not hold up a failover
   */
  readonly waits?: boolean;
  /** Private subnets, in different zones. @recovery when a zone is lost, tasks start in the others */
  readonly subnetIds: pulumi.Input<string>[];
  /** Group of the tasks, which the stores let in. @recovery none: the same in every role */
  readonly securityGroupId: pulumi.Input<string>;
  /**
   * What must stand, and be promoted, before a task starts.
   * @recovery what is left out may make tasks start beside a database that takes no booking yet
   */
  readonly startAfter: pulumi.Resource[];
}

/** Tasks of one image on Fargate, as many as wished, in the load balancer when they have an entrance. */
export class Service extends Component {
  readonly service: aws.ecs.Service;

  constructor(name: string, args: ServiceArgs, options: ComponentOptions) {
    super('Service', name, options);
    const { definition } = taskDefinition(this, args);
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
        ...rolloutInputs(name, args),
        deploymentCircuitBreaker: { enable: true, rollback: true },
        enableEcsManagedTags: true,
        propagateTags: 'SERVICE',
        waitForSteadyState: args.waits ?? true,
      },
      this.child({ dependsOn: args.startAfter, customTimeouts: { create: '20m', update: '20m', delete: '20m' } }),
    );
    if (args.scaling !== undefined) {
      scaleService(this, { ...args.scaling, clusterName: args.cluster.clusterName, service: this.service });
    }
    this.registerOutputs({});
  }
}
