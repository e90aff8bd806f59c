import type * as pulumi from '@pulumi/pulumi';
import { arn } from '../components/arn';
import type { Statement } from '../components/iam';
import { bucketName } from '../recovery/sites';
import { identitySecret } from '../recovery/recipients';
import type { SiteConfig } from './config';
import { metricNamespace, witnesses } from './names';

/** What a task of the toolbox is allowed for, and nothing else: whoever takes backups cannot delete them. */
export interface RightsArgs {
  readonly config: SiteConfig;
  readonly keyArn: pulumi.Input<string>;
  readonly topicArn: pulumi.Input<string>;
}

/**
 * Read and write the witnesses' objects, and never delete one; of the vault, read what says how old it is, and no
 * recovery point. Listing makes a missing object a 404 and not a 403.
 */
export function keeperRights({ config, keyArn }: Pick<RightsArgs, 'config' | 'keyArn'>): Statement[] {
  const buckets = witnesses(config).map(({ bucket }) => arn.bucket(bucket));
  return [
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: buckets.map((bucket) => `${bucket}/*`) },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: [...buckets, vault({ config })] },
    {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: ['catalogue', 'validations'].map((folder) => `${vault({ config })}/*/${folder}/*`),
    },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: keyArn },
  ];
}

/** Which site is active, and whether it has been reconciled. */
export function witnessReaderRights(config: SiteConfig): Statement[] {
  const buckets = witnesses(config).map(({ bucket }) => arn.bucket(bucket));
  return [
    { Effect: 'Allow', Action: 's3:GetObject', Resource: buckets.map((bucket) => `${bucket}/*`) },
    { Effect: 'Allow', Action: 's3:ListBucket', Resource: buckets },
  ];
}

/** Writes recovery points, and keeps none from anybody: nothing that it holds can delete or shorten one. */
export function backupRights(args: RightsArgs): Statement[] {
  return [
    ...readVault(args),
    // Points, and beside them whose history it is, the lease and the freeze. An upload that is given up leaves parts.
    { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: `${vault(args)}/*` },
    { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: args.keyArn },
    // Listing knows no single secret; it shows names and no value.
    { Effect: 'Allow', Action: 'secretsmanager:ListSecrets', Resource: '*' },
    { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secrets(args) },
    { Sid: 'SealsOnly', Effect: 'Deny', Action: 'secretsmanager:GetSecretValue', Resource: identity(args) },
    {
      Effect: 'Allow',
      Action: ['rds:CreateDBSnapshot', 'rds:AddTagsToResource'],
      Resource: [own(args, 'rds', 'db:agente-*'), own(args, 'rds', 'snapshot:agente-*')],
    },
    {
      Effect: 'Allow',
      Action: 'elasticache:CreateSnapshot',
      Resource: [own(args, 'elasticache', 'replicationgroup:agente-*'), own(args, 'elasticache', 'snapshot:agente-*')],
    },
    ...report(args),
    ...keepEverything,
  ];
}

/** Brings recovery points back as something new beside what runs. It writes no vault: a restore leaves the evidence alone. */
export function restoreRights(args: RightsArgs): Statement[] {
  return [
    ...readVault(args),
    {
      Effect: 'Allow',
      Action: ['rds:RestoreDBInstanceToPointInTime', 'rds:RestoreDBInstanceFromDBSnapshot', 'rds:AddTagsToResource'],
      Resource: [
        ...['db:agente-*', 'snapshot:*', 'subgrp:agente-dr-*', 'pg:agente-dr-*', 'auto-backup:*', 'og:*'].map((what) =>
          own(args, 'rds', what),
        ),
      ],
    },
    {
      Effect: 'Allow',
      // What is there is compared first; what somebody deleted is called back; what is gone is made anew.
      Action: ['GetSecretValue', 'PutSecretValue', 'RestoreSecret', 'CreateSecret'].map(
        (action) => `secretsmanager:${action}`,
      ),
      Resource: secrets(args),
    },
    { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: args.keyArn },
    ...report(args),
    { Sid: 'VaultIsEvidence', Effect: 'Deny', Action: 's3:PutObject', Resource: `${vault(args)}/*` },
    ...keepEverything,
  ];
}

/** Looks whether recovery points are any good, and says so: beside them, and in no place that one is read from. */
export function validateRights(args: RightsArgs): Statement[] {
  return [
    ...readVault(args),
    { Effect: 'Allow', Action: 's3:PutObject', Resource: `${vault(args)}/*/validations/*` },
    { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: args.keyArn },
    {
      // IAM's `*` goes on through `/`: without this, `postgres/dr-g1/catalogue/validations/x.json` would be a verdict.
      Sid: 'VerdictsOnly',
      Effect: 'Deny',
      Action: 's3:PutObject',
      Resource: ['catalogue', 'census', 'points', 'pgbackrest'].map((folder) => `${vault(args)}/*/${folder}/*`),
    },
    ...report(args),
    ...keepEverything,
  ];
}

const vault = ({ config }: Pick<RightsArgs, 'config'>): string =>
  arn.bucket(bucketName('vault', config.accountId, config.region));
const own = ({ config }: RightsArgs, service: string, resource: string): string =>
  `arn:aws:${service}:${config.region}:${config.accountId}:${resource}`;
const secrets = (args: RightsArgs): string => own(args, 'secretsmanager', 'secret:agente-dr/*');
const identity = ({ config }: RightsArgs): string => arn.secretPattern(config.region, config.accountId, identitySecret);

/** Recovery points, and from the witnesses the contract and who may write. */
function readVault(args: RightsArgs): Statement[] {
  const control = witnesses(args.config).map(({ bucket }) => arn.bucket(bucket));
  return [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: [`${vault(args)}/*`, ...control.map((bucket) => `${bucket}/*`)],
    },
    { Effect: 'Allow', Action: ['s3:ListBucket', 's3:ListBucketVersions'], Resource: [vault(args), ...control] },
    { Effect: 'Allow', Action: 'kms:Decrypt', Resource: args.keyArn },
    {
      Effect: 'Allow',
      Action: ['rds:DescribeDBInstances', 'rds:DescribeDBSnapshots', 'rds:DescribeDBInstanceAutomatedBackups'],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: ['elasticache:DescribeReplicationGroups', 'elasticache:DescribeSnapshots'],
      Resource: '*',
    },
  ];
}

/** The age of what was made, and a word to people. */
function report(args: RightsArgs): Statement[] {
  return [
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': metricNamespace } },
    },
    { Effect: 'Allow', Action: 'sns:Publish', Resource: args.topicArn },
  ];
}

/** Whatever is allowed beside it, now or by a later slip: no task of the toolbox destroys. */
const keepEverything: Statement[] = [
  {
    Sid: 'KeepEverything',
    Effect: 'Deny',
    Action: [
      's3:DeleteObject*',
      's3:DeleteBucket*',
      's3:BypassGovernanceRetention',
      's3:PutLifecycleConfiguration',
      's3:PutBucketVersioning',
      's3:PutReplicationConfiguration',
      'rds:Delete*',
      'elasticache:Delete*',
      'elasticfilesystem:Delete*',
      'backup:Delete*',
      'backup:UpdateRecoveryPointLifecycle',
      'secretsmanager:DeleteSecret',
      'kms:ScheduleKeyDeletion',
      'kms:DisableKey',
    ],
    Resource: '*',
  },
];
