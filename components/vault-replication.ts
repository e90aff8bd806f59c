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
  /** Name of the bucket there. @recovery where recovery points survive this region */
  readonly bucketName: string;
  /** Region of the bucket. @recovery must be another one, or original and copy are lost together */
  readonly region: string;
  /** `alias/…` of the key there. @recovery the copies can be read without this region's key */
  readonly keyAlias: string;
}

export interface VaultReplicationArgs {
  /** Vault that is copied. @recovery recovery points in any other bucket have no copy */
  readonly source: aws.s3.Bucket;
  /** Its name, for the rights of the role. @recovery with a wrong one S3 may read nothing, and no copy is made */
  readonly bucketName: string;
  /** Versioning of the source, which S3 wants before it copies. @recovery without versions no copy is made */
  readonly versioning: aws.s3.BucketVersioning;
  /** Key that the source is encrypted with. @recovery the role must decrypt with it, or no copy is made */
  readonly keyArn: pulumi.Input<string>;
  /** Account of both sites, part of the ARN of the peer's key. @recovery with a wrong one no copy is made */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /**
   * Where the copies go.
   * @recovery what has not arrived there, 15 minutes by the promise of S3, is lost with this region
   */
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
