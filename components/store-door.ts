import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Component } from './component';

export interface StoreDoorArgs {
  /** Network that the store stands in. @recovery none: only where it stands */
  readonly vpcId: pulumi.Input<string>;
  /** For whoever reads the list of groups. @recovery none: only text */
  readonly description: string;
  /** The one port that is open. @recovery none: only where the store listens */
  readonly port: number;
  /** Who may connect; nobody else can. @recovery who gets in can do damage that every replica repeats */
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
