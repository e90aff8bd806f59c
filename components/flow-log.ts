import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';
import { policyDocument, trust } from './iam';

/** CloudWatch Logs accepts a closed list of retentions; 90 days is one of it. */
const keepFor = duration('90d');

export interface FlowLogArgs {
  /**
   * Account that the service must work for to take its role.
   * @recovery none for recovery points; with a wrong one no flow is logged
   */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /**
   * Key that encrypts the log group.
   * @recovery none for recovery points; with it goes the knowledge which of them are older than an intrusion
   */
  readonly keyArn: pulumi.Input<string>;
  /**
   * Network that is watched.
   * @recovery of no other one can be said which recovery points are older than an intrusion
   */
  readonly vpcId: pulumi.Input<string>;
}

/** Who talked to whom: after an intrusion this says which recovery points are older than it. */
export function logFlows(owner: Component, args: FlowLogArgs): void {
  const group = new aws.cloudwatch.LogGroup(
    owner.childName('flows'),
    { name: `/agente-dr/${owner.label}/flows`, retentionInDays: keepFor.toWholeDays(), kmsKeyId: args.keyArn },
    owner.child(),
  );
  const role = new aws.iam.Role(
    owner.childName('flows'),
    {
      // IAM is one for all regions, so the name says which.
      name: `agente-dr-${owner.label}-flows-${args.region}`,
      assumeRolePolicy: trust('vpc-flow-logs.amazonaws.com', args.accountId),
    },
    owner.child(),
  );
  const policy = new aws.iam.RolePolicy(
    owner.childName('flows'),
    {
      role: role.id,
      policy: policyDocument([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          Resource: pulumi.interpolate`${group.arn}:*`,
        },
      ]),
    },
    owner.child(),
  );
  new aws.ec2.FlowLog(
    owner.childName('flows'),
    {
      vpcId: args.vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: owner.nameTag('flows'),
    },
    owner.child({ dependsOn: [policy] }),
  );
}
