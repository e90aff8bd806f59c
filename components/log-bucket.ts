import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Duration } from '../recovery/duration';
import { arn } from './arn';
import { Component, type ComponentOptions } from './component';
import { privateBucket } from './private-bucket';

export interface LogBucketArgs {
  /** Account of the load balancer, part of the path that it may write. @recovery none: only where logs lie */
  readonly accountId: string;
  /** Name in S3. @recovery none: only a name */
  readonly bucketName: string;
  /**
   * Life of a log, in whole days.
   * @recovery none for stores: after it nobody can ask what happened before an incident
   */
  readonly keepFor: Duration;
}

/** Who asked for what at the load balancer. Encrypted by S3 itself: Elastic Load Balancing can use no key of ours. */
export class LogBucket extends Component {
  readonly bucketName: string;
  /** Elastic Load Balancing tries to write when it is told of the bucket, and refuses one that it cannot. */
  readonly policy: pulumi.Resource;

  constructor(name: string, args: LogBucketArgs, options: ComponentOptions) {
    super('LogBucket', name, options);
    const { bucket, policy } = privateBucket(this, {
      bucketName: args.bucketName,
      encryption: 's3-managed',
      grants: [
        {
          Sid: 'LoadBalancers',
          Effect: 'Allow',
          Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
          Action: 's3:PutObject',
          Resource: `${arn.bucket(args.bucketName)}/AWSLogs/${args.accountId}/*`,
        },
      ],
    });
    new aws.s3.BucketLifecycleConfiguration(
      this.childName('lifecycle'),
      {
        bucket: bucket.id,
        rules: [
          {
            id: 'expire',
            status: 'Enabled',
            filter: { prefix: '' },
            expiration: { days: args.keepFor.toWholeDays() },
          },
        ],
      },
      this.child(),
    );
    this.bucketName = args.bucketName;
    this.policy = policy;
    this.registerOutputs({});
  }
}
