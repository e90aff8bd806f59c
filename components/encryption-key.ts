import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { duration } from '../recovery/duration';
import { Component, type ComponentOptions } from './component';
import { policyDocument } from './iam';

/** How long a deleted key can still be called back; KMS allows 7 to 30 days. */
const deletionWindow = duration('30d');

export interface EncryptionKeyArgs {
  /**
   * Account whose IAM decides about the key.
   * @recovery who may delete the key may destroy every backup that was encrypted with it, after 30 days in which it can
   * be called back
   */
  readonly accountId: string;
  /** Region of the key, whose log groups may use it. @recovery none: only who may write logs with it */
  readonly region: string;
  /**
   * `alias/…`, the same by convention in every account, so that the other site can name it unasked.
   * @recovery the other site's copies are encrypted with the key behind it; with another alias none arrive
   */
  readonly alias: string;
}

/** The site's own key. A site never needs the other region's key to read its own data. */
export class EncryptionKey extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options: ComponentOptions) {
    super('EncryptionKey', name, options);
    const key = new aws.kms.Key(
      this.childName('key'),
      {
        description: `agente-dr in ${args.region}`,
        enableKeyRotation: true,
        deletionWindowInDays: deletionWindow.toWholeDays(),
        policy: keyPolicy(args),
      },
      // Whoever deletes the key deletes every backup that was encrypted with it.
      this.child({ protect: true, retainOnDelete: true }),
    );
    new aws.kms.Alias(this.childName('alias'), { name: args.alias, targetKeyId: key.keyId }, this.child());
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The account's own IAM decides; CloudWatch Logs may use the key for the account's log groups, and
 * CloudWatch to tell the account's topics of an alarm: otherwise it is raised and reaches nobody.
 */
function keyPolicy({ accountId, region }: EncryptionKeyArgs): pulumi.Output<string> {
  return policyDocument([
    { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*', Resource: '*' },
    {
      Effect: 'Allow',
      Principal: { Service: `logs.${region}.amazonaws.com` },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${accountId}:log-group:*` },
      },
    },
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
  ]);
}
