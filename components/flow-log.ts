import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import type { Component } from './component';
import { policyDocument, trust } from './iam';

/** CloudWatch Logs accepts a closed list of retentions; 90 days is one of it. */
const keepFor = duration('90d');

export interface FlowLogArgs {
  readonly accountId: string;
  readonly region: string;
  readonly keyArn: pulumi.Input<string>;
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
