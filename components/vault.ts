import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { privateBucket, versioned } from './private-bucket';
import { replicateVault, type VaultPeer } from './vault-replication';

export interface VaultArgs {
  readonly bucketName: string;
  readonly keyArn: pulumi.Input<string>;
  readonly accountId: string;
  readonly region: string;
  /**
   * For this long nobody, root included, can delete or change a recovery point.
   * @recovery the window in which a stolen account can still be recovered from
   */
  readonly lockedFor: Duration;
  /** After this long a recovery point is gone, the current version and every older one. */
  readonly keepFor: Duration;
  /**
   * Vault of the other site that gets a copy of everything, or null while there is none yet.
   * @recovery without it recovery points die with their region
   */
  readonly copyTo: VaultPeer | null;
}

/** Where recovery points lie: versioned, locked, encrypted with the site's key, copied to the other region. */
export class Vault extends Component {
  constructor(name: string, args: VaultArgs, options: ComponentOptions) {
    super('Vault', name, options);
    const bucket = privateBucket(this, {
      bucketName: args.bucketName,
      encryption: { keyArn: args.keyArn },
      objectLock: true,
    });
    const versioning = versioned(this, bucket);
    this.lock(bucket, versioning, args.lockedFor);
    this.expire(bucket, versioning, args.keepFor);
    if (args.copyTo !== null) replicateVault(this, { ...args, source: bucket, versioning, peer: args.copyTo });
    this.registerOutputs({});
  }

  private lock(bucket: aws.s3.Bucket, versioning: aws.s3.BucketVersioning, lockedFor: Duration): void {
    new aws.s3.BucketObjectLockConfiguration(
      this.childName('lock'),
      { bucket: bucket.id, rule: { defaultRetention: { mode: 'COMPLIANCE', days: lockedFor.toWholeDays() } } },
      this.child({ protect: true, dependsOn: [versioning] }),
    );
  }

  private expire(bucket: aws.s3.Bucket, versioning: aws.s3.BucketVersioning, keepFor: Duration): void {
    new aws.s3.BucketLifecycleConfiguration(
      this.childName('lifecycle'),
      {
        bucket: bucket.id,
        rules: [
          {
            id: 'expire',
            status: 'Enabled',
            filter: { prefix: '' },
            // S3 takes objects to infrequent access after 30 days at the earliest.
            transitions: [{ days: duration('30d').toWholeDays(), storageClass: 'STANDARD_IA' }],
            expiration: { days: keepFor.toWholeDays() },
            noncurrentVersionExpiration: { noncurrentDays: keepFor.toWholeDays() },
            abortIncompleteMultipartUpload: { daysAfterInitiation: duration('7d').toWholeDays() },
          },
        ],
      },
      this.child({ dependsOn: [versioning] }),
    );
  }
}
