import * as aws from '@pulumi/aws';
import { Component, type ComponentOptions } from './component';
import { privateBucket } from './private-bucket';

export interface ControlBucketArgs {
  /**
   * Name by convention: sites and tools find all three witnesses unasked.
   * @recovery a witness that is not found does not count, and a failover needs two of three
   */
  readonly bucketName: string;
}

/**
 * A witness: holds which site is active, the heartbeats and the journal of a failover. Unversioned,
 * because a beat every few seconds would leave a version each; encrypted by S3 itself, because it must
 * be readable when keys are not. Three of them in three regions are the safety, not any one.
 */
export class ControlBucket extends Component {
  readonly bucket: aws.s3.Bucket;

  constructor(name: string, args: ControlBucketArgs, options: ComponentOptions) {
    super('ControlBucket', name, options);
    this.bucket = privateBucket(this, { bucketName: args.bucketName, encryption: 's3-managed' }).bucket;
    this.registerOutputs({});
  }
}
