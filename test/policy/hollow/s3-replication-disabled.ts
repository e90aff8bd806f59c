import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { account, at, away, home, type Place } from '../place';

export = function program(site: Place = at(home), other: Place = at(away)): void {
  const vault = new aws.s3.Bucket(
    'vault-bucket',
    {
      objectLockEnabled: true,
    },
    { ...site, protect: true },
  );
  const copy = new aws.s3.Bucket('control-copy', {}, { ...other, protect: true });
  const versioning = new aws.s3.BucketVersioning(
    'vault-versioning',
    { bucket: vault.id, versioningConfiguration: { status: 'Enabled' } },
    site,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    'vault-encryption',
    {
      bucket: vault.id,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: siteKey(site) } }],
    },
    site,
  );
  new aws.s3.BucketObjectLockConfiguration(
    'vault-lock',
    {
      bucket: vault.id,
      rule: { defaultRetention: { mode: 'COMPLIANCE', days: 35 } },
    },
    site,
  );
  new aws.s3.BucketLifecycleConfiguration(
    'vault-lifecycle',
    {
      bucket: vault.id,
      rules: [
        {
          id: 'postgres',
          status: 'Enabled',
          filter: { prefix: 'postgres/' },
          expiration: { days: 90 },
          noncurrentVersionExpiration: { noncurrentDays: 35 },
        },
      ],
    },
    site,
  );
  new aws.s3.BucketReplicationConfig(
    'vault-replication',
    {
      bucket: vault.id,
      role: `arn:aws:iam::${account}:role/replication`,
      rules: [
        {
          id: 'to-the-other-site',
          status: 'Disabled',
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Disabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: {
            bucket: copy.arn,
            encryptionConfiguration: { replicaKmsKeyId: `arn:aws:kms:${away}:${account}:alias/agente-dr-dr` },
            metrics: { status: 'Enabled', eventThreshold: { minutes: 15 } },
            replicationTime: { status: 'Enabled', time: { minutes: 15 } },
          },
        },
      ],
    },
    { ...site, dependsOn: [versioning] },
  );
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:role/backup` },
        Action: 's3:PutObject',
        Resource: '*',
      },
    ],
  });
  new aws.s3.BucketPolicy('vault-policy', { bucket: vault.id, policy }, site);
};
