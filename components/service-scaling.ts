import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Component } from './component';

export interface ServiceScalingArgs {
  /** Cluster of the service. @recovery none: only a name */
  readonly clusterName: string;
  /** Service whose tasks are counted. @recovery none: only which one is scaled */
  readonly service: aws.ecs.Service;
  /** Fewest tasks. @recovery 0 in standby: the target keeps the service at nothing until a failover raises it */
  readonly min: number;
  /**
   * Most tasks. The same in every role, so that a failover changes one number.
   * @recovery bounds the rush that the site can take after a failover
   */
  readonly max: number;
}

/** Share of the reserved CPU, in percent, that a task may use on average; the rest is for the rush after a failover. */
const cpuTarget = 50;

/** Adds tasks under load, and keeps at least `min`. */
export function scaleService(owner: Component, args: ServiceScalingArgs): void {
  const target = new aws.appautoscaling.Target(
    owner.childName('scaling'),
    {
      serviceNamespace: 'ecs',
      scalableDimension: 'ecs:service:DesiredCount',
      resourceId: pulumi.interpolate`service/${args.clusterName}/${args.service.name}`,
      minCapacity: args.min,
      maxCapacity: args.max,
    },
    owner.child(),
  );
  new aws.appautoscaling.Policy(
    owner.childName('scaling'),
    {
      name: `${owner.label}-cpu`,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: cpuTarget,
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    },
    owner.child(),
  );
}
