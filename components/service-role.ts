import * as aws from '@pulumi/aws';
import type { Component } from './component';
import { trust } from './iam';

export interface ServiceRoleArgs {
  readonly accountId: string;
  readonly region: string;
  /** First part of the service's name, also the role's. */
  readonly service: 'backup';
  /** AWS's own policy for the purpose. */
  readonly policy: string;
}

export interface ServiceRole {
  readonly arn: aws.iam.Role['arn'];
  /** Wait for this before handing the role to the service. */
  readonly rights: aws.iam.RolePolicyAttachment;
}

/** A role that an AWS service takes to do what AWS's own policy for it allows. */
export function serviceRole(owner: Component, args: ServiceRoleArgs): ServiceRole {
  const role = new aws.iam.Role(
    owner.childName('role'),
    {
      // IAM is one for all regions, so the name says which.
      name: `agente-dr-${owner.label}-${args.region}`,
      assumeRolePolicy: trust(`${args.service}.amazonaws.com`, args.accountId),
    },
    owner.child(),
  );
  const rights = new aws.iam.RolePolicyAttachment(
    owner.childName('rights'),
    { role: role.name, policyArn: `arn:aws:iam::aws:policy/service-role/${args.policy}` },
    owner.child(),
  );
  return { arn: role.arn, rights };
}
