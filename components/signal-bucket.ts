import { arn } from './arn';
import { Component, type ComponentOptions } from './component';
import { privateBucket } from './private-bucket';

export interface SignalBucketArgs {
  /**
   * Name by convention: the other site's check asks for it.
   * @recovery under another name the signal is not seen, and guests stay with a dead region
   */
  readonly bucketName: string;
  /**
   * The one key that anybody may read: Route 53's health checkers carry no credentials.
   * @recovery an object under another key is closed, and moves nobody
   */
  readonly publicKey: string;
}

/**
 * Holds the object whose existence moves the guests. An account-wide public access block would close
 * it, and a closed object reads like a missing one: guests would stay with a dead region.
 */
export class SignalBucket extends Component {
  constructor(name: string, args: SignalBucketArgs, options: ComponentOptions) {
    super('SignalBucket', name, options);
    privateBucket(this, {
      bucketName: args.bucketName,
      // The checkers could not use a key of ours.
      encryption: 's3-managed',
      publicRead: {
        Sid: 'HealthCheckers',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `${arn.bucket(args.bucketName)}/${args.publicKey}`,
      },
    });
    this.registerOutputs({});
  }
}
