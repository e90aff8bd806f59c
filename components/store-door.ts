import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Component } from './component';

export interface StoreDoorArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly description: string;
  readonly port: number;
  /** Who may connect; nobody else can. */
  readonly clientSecurityGroupId: pulumi.Input<string>;
}

/** The security group of a store: one port, open to the tasks of the site alone. */
export function storeDoor(owner: Component, args: StoreDoorArgs): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    owner.childName('door'),
    { vpcId: args.vpcId, description: args.description, tags: owner.nameTag() },
    owner.child(),
  );
  new aws.vpc.SecurityGroupIngressRule(
    owner.childName('door-tasks'),
    {
      securityGroupId: group.id,
      referencedSecurityGroupId: args.clientSecurityGroupId,
      ipProtocol: 'tcp',
      fromPort: args.port,
      toPort: args.port,
    },
    owner.child(),
  );
  return group;
}
