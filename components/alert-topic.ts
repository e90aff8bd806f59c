import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { arn } from './arn';
import { Component, type ComponentOptions } from './component';
import { policyDocument, type Statement } from './iam';

export interface AlertTopicArgs {
  /**
   * Account whose alarms and people may use the topic.
   * @recovery with a wrong one alarms are raised and reach nobody
   */
  readonly accountId: string;
  /** Region of the topic, part of its ARN. @recovery none: only names the topic in its own policy */
  readonly region: string;
  /** Name in SNS. @recovery another name is another topic, to which nobody has subscribed yet */
  readonly topicName: string;
  /**
   * Key that messages are encrypted with.
   * @recovery its policy must let CloudWatch use it, or alarms are raised and reach nobody
   */
  readonly keyArn: pulumi.Input<string>;
}

/** Where alarms of a site, and the tools, tell people. Who listens subscribes: addresses are no matter of the program. */
export class AlertTopic extends Component {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlertTopicArgs, options: ComponentOptions) {
    super('AlertTopic', name, options);
    const topic = new aws.sns.Topic(
      this.childName('topic'),
      { name: args.topicName, kmsMasterKeyId: args.keyArn },
      // Its subscriptions were confirmed by people and would go with it.
      this.child({ protect: true }),
    );
    new aws.sns.TopicPolicy(
      this.childName('policy'),
      { arn: topic.arn, policy: policyDocument(topicStatements(args)) },
      this.child(),
    );
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function topicStatements({ accountId, region, topicName }: AlertTopicArgs): Statement[] {
  const topic = arn.topic(region, accountId, topicName);
  return [
    {
      Sid: 'Alarms',
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    },
    {
      Sid: 'Account',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accountId}:root` },
      Action: ['sns:Publish', 'sns:Subscribe', 'sns:GetTopicAttributes', 'sns:SetTopicAttributes'],
      Resource: topic,
    },
    {
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: topic,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
}
