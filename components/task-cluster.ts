import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { Component, type ComponentOptions } from './component';

export interface TaskClusterArgs {
  /** Name in ECS; scaling addresses services by it. @recovery none: only a name */
  readonly clusterName: string;
}

/** Where a site's tasks run. */
export class TaskCluster extends Component {
  readonly clusterName: string;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: TaskClusterArgs, options: ComponentOptions) {
    super('TaskCluster', name, options);
    const cluster = new aws.ecs.Cluster(
      this.childName('cluster'),
      { name: args.clusterName, settings: [{ name: 'containerInsights', value: 'enabled' }] },
      this.child(),
    );
    this.clusterName = args.clusterName;
    this.arn = cluster.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
