import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration, type Duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { privateBucket, versioned } from './private-bucket';
import { replicateVault, type VaultPeer } from './vault-replication';

/** What lies under a prefix, and how long it is there to be restored from. */
export interface VaultRetention {
  /** First part of the keys, such as `postgres/`. @recovery a series under no prefix is kept for ever */
  readonly prefix: string;
  /**
   * Life of an object, in whole days.
   * @recovery what is older is hidden, and can be called back for as long again as the lock holds
   */
  readonly keep: Duration;
}

export interface VaultArgs {
  /**
   * Name by convention: the other site copies into it unasked.
   * @recovery another name is another, empty vault, which the other site's copies do not find
   */
  readonly bucketName: string;
  /**
   * Key that encrypts recovery points here.
   * @recovery the lock does not keep the key: who deletes it destroys every recovery point here
   */
  readonly keyArn: pulumi.Input<string>;
  /** Account of both sites, part of the ARN of the peer's key. @recovery with a wrong one no copy is made */
  readonly accountId: string;
  /** Region, part of the role's name. @recovery none: only a name */
  readonly region: string;
  /**
   * For this long, in whole days, nobody, root included, can delete or change a recovery point.
   * @recovery the window in which a stolen account can still be recovered from
   */
  readonly lockedFor: Duration;
  /**
   * Lifetimes by prefix; no prefix begins with another. What lies under none of them stays.
   * @recovery what is older cannot be restored any more
   */
  readonly retention: readonly VaultRetention[];
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
    const { bucket } = privateBucket(this, {
      bucketName: args.bucketName,
      encryption: { keyArn: args.keyArn },
      objectLock: true,
    });
    const versioning = versioned(this, bucket);
    this.lock(bucket, versioning, args.lockedFor);
    this.expire(bucket, versioning, args);
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

  private expire(
    bucket: aws.s3.Bucket,
    versioning: aws.s3.BucketVersioning,
    { retention, lockedFor }: VaultArgs,
  ): void {
    new aws.s3.BucketLifecycleConfiguration(
      this.childName('lifecycle'),
      {
        bucket: bucket.id,
        rules: [abandonedUploads, ...retention.map((kept) => lifetime(kept, lockedFor))],
      },
      this.child({ dependsOn: [versioning] }),
    );
  }
}

type Rule = aws.types.input.s3.BucketLifecycleConfigurationRule;

/** Parts of an upload that was given up are nobody's recovery point, and cost as much. */
const abandonedUploads: Rule = {
  id: 'abandoned-uploads',
  status: 'Enabled',
  filter: { prefix: '' },
  abortIncompleteMultipartUpload: { daysAfterInitiation: duration('7d').toWholeDays() },
};

/** S3 bills infrequent access for 30 days at least, and takes objects there after 30 days at the earliest. */
const infrequentAfter = duration('30d');

/**
 * An object is hidden at the end of its lifetime, and gone when nobody has called it back for as long as
 * the lock would have held a thief: who deletes or overwrites too much by mistake has the same time.
 */
function lifetime({ prefix, keep }: VaultRetention, lockedFor: Duration): Rule {
  const coldEnough = !infrequentAfter.times(2).isLongerThan(keep);
  return {
    id: prefix,
    status: 'Enabled',
    filter: { prefix },
    ...(coldEnough ? { transitions: [{ days: infrequentAfter.toWholeDays(), storageClass: 'STANDARD_IA' }] } : {}),
    expiration: { days: keep.toWholeDays() },
    noncurrentVersionExpiration: { noncurrentDays: lockedFor.toWholeDays() },
  };
}
