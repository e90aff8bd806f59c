import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import type { Component } from './component';
import { policyDocument, trust, type Statement } from './iam';

/** S3 replication time control knows one threshold: 15 minutes. */
const replicationTime = { minutes: 15 };

/** The one rule of a vault; S3's metrics are told apart by it. */
export const copyRule = 'to-the-other-site';

/** The other site's vault, named by convention: nothing is asked of its region. */
export interface VaultPeer {
  readonly bucketName: string;
  readonly region: string;
  readonly keyAlias: string;
}

export interface VaultReplicationArgs {
  readonly source: aws.s3.Bucket;
  readonly bucketName: string;
  readonly versioning: aws.s3.BucketVersioning;
  readonly keyArn: pulumi.Input<string>;
  readonly accountId: string;
  readonly region: string;
  readonly peer: VaultPeer;
}

/** Copies every new version to the peer within 15 minutes. What is deleted here stays there. */
export function replicateVault(owner: Component, args: VaultReplicationArgs): void {
  const role = replicationRole(owner, args);
  new aws.s3.BucketReplicationConfig(
    owner.childName('replication'),
    {
      bucket: args.source.id,
      role: role.arn,
      rules: [
        {
          id: copyRule,
          status: 'Enabled',
          filter: { prefix: '' },
          // A deletion here, wanted or not, must not reach the copy.
          deleteMarkerReplication: { status: 'Disabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: arn.bucket(args.peer.bucketName),
            encryptionConfiguration: {
              replicaKmsKeyId: arn.keyAlias(args.peer.region, args.accountId, args.peer.keyAlias),
            },
            metrics: { status: 'Enabled', eventThreshold: replicationTime },
            replicationTime: { status: 'Enabled', time: replicationTime },
          },
        },
      ],
    },
    owner.child({ dependsOn: [args.versioning] }),
  );
}

function replicationRole(owner: Component, args: VaultReplicationArgs): aws.iam.Role {
  const role = new aws.iam.Role(
    owner.childName('replication-role'),
    {
      // IAM is one for all regions, so the name says which.
      name: `agente-dr-${owner.label}-replication-${args.region}`,
      assumeRolePolicy: trust('s3.amazonaws.com', null),
    },
    owner.child(),
  );
  new aws.iam.RolePolicy(
    owner.childName('replication-policy'),
    { role: role.id, policy: policyDocument(replicationRights(args)) },
    owner.child(),
  );
  return role;
}

function replicationRights({ bucketName, keyArn, accountId, peer }: VaultReplicationArgs): Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
      Resource: arn.bucket(bucketName),
    },
    {
      Effect: 'Allow',
      Action: [
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionTagging',
        's3:GetObjectRetention',
        's3:GetObjectLegalHold',
      ],
      Resource: `${arn.bucket(bucketName)}/*`,
    },
    {
      Effect: 'Allow',
      Action: ['s3:ReplicateObject', 's3:ReplicateTags'],
      Resource: `${arn.bucket(peer.bucketName)}/*`,
    },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
    {
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:GenerateDataKey'],
      Resource: arn.anyKey(peer.region, accountId),
      // IAM sees the key, not the alias that S3 was told.
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': peer.keyAlias } },
    },
  ];
}
