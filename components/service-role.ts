import * as aws from '@pulumi/aws';
import type { Component } from './component';
import { trust } from './iam';

export interface ServiceRoleArgs {
  /**
   * Account that the service must work for.
   * @recovery with a wrong one the role cannot be taken: nothing is backed up, nothing tried
   */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /**
   * First part of the service's name, also the role's.
   * @recovery AWS Backup alone may take the role, and no person
   */
  readonly service: 'backup';
  /** Name of AWS's own policy for the purpose. @recovery all that the service may do to stores and recovery points */
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
