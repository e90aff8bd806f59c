import * as pulumi from '@pulumi/pulumi';

/** One statement of an IAM or resource policy. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Principal?: '*' | { readonly Service: string } | { readonly AWS: string };
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
