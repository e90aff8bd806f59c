import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Component } from './component';

/**
 * What a starting task calls before it runs: images, its secrets, its log. KMS is called by those
 * services, not by the task; everything else has time to go through the NAT gateways.
 */
const calledByTasks = ['ecr.api', 'ecr.dkr', 'secretsmanager', 'logs'] as const;

export interface ServiceEndpointsArgs {
  /** Region whose services are called. @recovery tasks start without the other region */
  readonly region: string;
  /** IPv4 block that may call. @recovery a task outside of it gets neither image nor secrets, and does not start */
  readonly cidr: string;
  /** Network that the endpoint stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /** Private subnets, one in each zone. @recovery tasks still start when a zone is lost */
  readonly subnetIds: pulumi.Input<string>[];
  /**
   * Tables of the subnets that reach S3 without the internet.
   * @recovery from other subnets images and recovery points need a NAT gateway
   */
  readonly routeTableIds: pulumi.Input<string>[];
}

/** Doors to AWS inside the network: tasks start without the internet, and S3 costs no NAT traffic. */
export function serviceEndpoints(owner: Component, args: ServiceEndpointsArgs): void {
  new aws.ec2.VpcEndpoint(
    owner.childName('s3'),
    {
      vpcId: args.vpcId,
      serviceName: `com.amazonaws.${args.region}.s3`,
      vpcEndpointType: 'Gateway',
      routeTableIds: args.routeTableIds,
      tags: owner.nameTag('s3'),
    },
    owner.child(),
  );
  const door = doorForNetwork(owner, args);
  for (const service of calledByTasks) {
    new aws.ec2.VpcEndpoint(
      owner.childName(service),
      {
        vpcId: args.vpcId,
        serviceName: `com.amazonaws.${args.region}.${service}`,
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: args.subnetIds,
        securityGroupIds: [door.id],
        tags: owner.nameTag(service),
      },
      owner.child(),
    );
  }
}

function doorForNetwork(owner: Component, args: ServiceEndpointsArgs): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    owner.childName('endpoints'),
    { vpcId: args.vpcId, description: 'endpoints of AWS services', tags: owner.nameTag('endpoints') },
    owner.child(),
  );
  new aws.vpc.SecurityGroupIngressRule(
    owner.childName('endpoints-in'),
    { securityGroupId: group.id, ipProtocol: 'tcp', fromPort: 443, toPort: 443, cidrIpv4: args.cidr },
    owner.child(),
  );
  return group;
}
