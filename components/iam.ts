import * as pulumi from '@pulumi/pulumi';

/** One statement of an IAM or resource policy. */
export interface Statement {
  /** Name of the statement. @default none @recovery none: only a name */
  readonly Sid?: string;
  /**
   * Whether it lets or forbids.
   * @recovery a Deny holds against every Allow beside it, and so keeps recovery points from a later slip
   */
  readonly Effect: 'Allow' | 'Deny';
  /**
   * Calls, `service:Call`, with `*` for any.
   * @recovery who is allowed a deletion may destroy a recovery point where no lock holds it
   */
  readonly Action: string | readonly string[];
  /** What it is about, by ARN, with `*` and `?` for any. @recovery bounds what can be destroyed with a stolen role */
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  /**
   * Who, in a policy that belongs to a resource.
   * @default none: in a policy of a role, the role
   * @recovery whoever is let in here can reach what lies there
   */
  readonly Principal?:
    | '*'
    | {
        /**
         * A service of AWS, such as `s3.amazonaws.com`.
         * @recovery a service that is not let in copies, backs up and reports nothing
         */
        readonly Service: string;
      }
    | {
        /**
         * An account or a role by its ARN, or `*`.
         * @recovery `…:root` leaves it to the account's IAM who may reach, or destroy, what lies there
         */
        readonly AWS: string;
      };
  /**
   * When it holds: operator -> key -> value.
   * @default always
   * @recovery without one a service may be talked into it for another account
   */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string> | readonly string[]>>>>;
}

export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: '2012-10-17', Statement: statements });
}

/**
 * Lets an AWS service take a role, but only when it works for this account: without the condition a
 * service could be talked into using the role for somebody else (confused deputy). S3 replication does
 * not say for whom it works; its role is taken without.
 */
export function trust(service: string, accountId: string | null): string {
  const condition = accountId === null ? {} : { Condition: { StringEquals: { 'aws:SourceAccount': accountId } } };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: service },
        ...condition,
      },
    ],
  });
}

/** Refuses plain HTTP to a bucket, for everybody. */
export function denyPlainHttp(bucketArn: string): Statement {
  return {
    Sid: 'OnlyTls',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
