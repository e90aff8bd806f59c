import * as aws from '@pulumi/aws';
import { arn } from './arn';
import type { Component } from './component';
import { policyDocument, trust, type Statement } from './iam';
import type { TaskArgs } from './task-container';

export interface TaskRole {
  readonly made: aws.iam.Role;
  readonly rights: readonly aws.iam.RolePolicy[];
}

/** A role that tasks of this account alone can take. */
export function taskRole(
  owner: Component,
  { accountId, region }: Pick<TaskArgs, 'accountId' | 'region'>,
  what: 'start' | 'work',
  rights: readonly Statement[],
): TaskRole {
  const made = new aws.iam.Role(
    owner.childName(what),
    {
      // IAM is one for all regions, so the name says which.
      name: `agente-dr-${owner.label}-${what}-${region}`,
      assumeRolePolicy: trust('ecs-tasks.amazonaws.com', accountId),
    },
    owner.child(),
  );
  if (rights.length === 0) return { made, rights: [] };
  const inputs = { role: made.id, policy: policyDocument(rights) };
  return { made, rights: [new aws.iam.RolePolicy(owner.childName(what), inputs, owner.child())] };
}

/** What it takes to start the task: its own secrets, and no other. */
export function startRights({ accountId, region, keyArn, secrets }: TaskArgs): Statement[] {
  const names = [...new Set(Object.values(secrets))];
  if (names.length === 0) return [];
  return [
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: names.map((name) => arn.secretPattern(region, accountId, name)),
    },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
  ];
}

/** A file system lets in who IAM lets in, and through the one access point. */
export function mountRights({ files = [] }: TaskArgs): Statement[] {
  return files.map(({ fileSystemArn, accessPointArn, readOnly = false }) => ({
    Effect: 'Allow',
    Action: ['elasticfilesystem:ClientMount', ...(readOnly ? [] : ['elasticfilesystem:ClientWrite'])],
    Resource: fileSystemArn,
    Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': accessPointArn } },
  }));
}
