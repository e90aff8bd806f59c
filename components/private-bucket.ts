import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import type { Component } from './component';
import { denyPlainHttp, policyDocument, type Statement } from './iam';

export interface PrivateBucketArgs {
  /** Name, one for all of S3. @recovery another name is another, empty bucket */
  readonly bucketName: string;
  /**
   * Key of the default encryption, or `s3-managed` for buckets that must be readable without any key of ours.
   * @recovery with a key, who may delete it may destroy what lies here; without, it is readable when keys are not
   */
  readonly encryption:
    | {
        /** The site's key. @recovery what lies here can be read as long as the key stands */
        readonly keyArn: pulumi.Input<string>;
      }
    | 's3-managed';
  /**
   * Whether versions can be locked; S3 accepts a lock at creation and never lets go of it again.
   * @default false
   * @recovery without one, who may delete a version may destroy a recovery point
   */
  readonly objectLock?: boolean;
  /**
   * Statement that lets anybody read; with it public policies are let through and nothing else is.
   * @default no statement
   * @recovery only the signal needs it: closed, it reads like a missing one, and guests stay
   */
  readonly publicRead?: Statement;
  /**
   * What AWS services may do here.
   * @default nothing
   * @recovery who is granted more than writing may destroy what lies here without a lock
   */
  readonly grants?: readonly Statement[];
}

export interface PrivateBucket {
  readonly bucket: aws.s3.Bucket;
  /** Wait for it where somebody must be let in. */
  readonly policy: aws.s3.BucketPolicy;
}

/**
 * A bucket as every bucket here is: encrypted, owned by the account alone, closed to the public, TLS
 * only, protected. The children belong to the component that asks for it.
 */
export function privateBucket(owner: Component, args: PrivateBucketArgs): PrivateBucket {
  const bucket = new aws.s3.Bucket(
    owner.childName('bucket'),
    { bucket: args.bucketName, objectLockEnabled: args.objectLock ?? false, tags: owner.nameTag() },
    owner.child({ protect: true, retainOnDelete: true }),
  );
  const access = closeAccess(owner, bucket, args.publicRead !== undefined);
  encrypt(owner, bucket, args.encryption);
  const statements = [...(args.publicRead === undefined ? [] : [args.publicRead]), ...(args.grants ?? [])];
  const policy = new aws.s3.BucketPolicy(
    owner.childName('policy'),
    { bucket: bucket.id, policy: policyDocument([denyPlainHttp(arn.bucket(args.bucketName)), ...statements]) },
    // S3 refuses a public policy while the block is still on.
    owner.child({ dependsOn: [access] }),
  );
  return { bucket, policy };
}

/** @returns the versioning, for what S3 refuses on a bucket without it. */
export function versioned(owner: Component, bucket: aws.s3.Bucket): aws.s3.BucketVersioning {
  return new aws.s3.BucketVersioning(
    owner.childName('versioning'),
    { bucket: bucket.id, versioningConfiguration: { status: 'Enabled' } },
    owner.child({ protect: true }),
  );
}

function closeAccess(owner: Component, bucket: aws.s3.Bucket, publicPolicy: boolean): aws.s3.BucketPublicAccessBlock {
  new aws.s3.BucketOwnershipControls(
    owner.childName('ownership'),
    { bucket: bucket.id, rule: { objectOwnership: 'BucketOwnerEnforced' } },
    owner.child(),
  );
  return new aws.s3.BucketPublicAccessBlock(
    owner.childName('access'),
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: !publicPolicy,
      restrictPublicBuckets: !publicPolicy,
    },
    owner.child(),
  );
}

function encrypt(owner: Component, bucket: aws.s3.Bucket, encryption: PrivateBucketArgs['encryption']): void {
  const rule =
    encryption === 's3-managed'
      ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
      : {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: encryption.keyArn },
          // One request to KMS for many objects: replicating a vault would otherwise run into its limits.
          bucketKeyEnabled: true,
        };
  new aws.s3.BucketServerSideEncryptionConfiguration(
    owner.childName('encryption'),
    { bucket: bucket.id, rules: [rule] },
    owner.child(),
  );
}
