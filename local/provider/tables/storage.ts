import { row, type TypeTable } from './row';

const bucketPart = (source: string, more: { optionalComputed?: string; forceNew?: string; documents?: string } = {}) =>
  row({ source, ...more, forceNew: `bucket ${more.forceNew ?? ''}` });

export const storageTable: TypeTable = {
  'aws:s3/bucket:Bucket': row({
    source: 'aws_s3_bucket',
    forceNew: 'bucket bucketNamespace bucketPrefix objectLockEnabled',
    optionalComputed: `accelerationStatus acl bucket bucketNamespace bucketPrefix corsRules grants lifecycleRules logging
      objectLockConfiguration objectLockEnabled policy replicationConfiguration requestPayer
      serverSideEncryptionConfiguration versioning website`,
    computed: `arn bucketDomainName bucketRegion bucketRegionalDomainName hostedZoneId tagsAll websiteDomain
      websiteEndpoint`,
    documents: 'policy',
    name: ['bucket', 63],
  }),
  'aws:s3/bucketVersioning:BucketVersioning': bucketPart('aws_s3_bucket_versioning', {
    forceNew: 'expectedBucketOwner',
  }),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': bucketPart(
    'aws_s3_bucket_server_side_encryption_configuration',
    { forceNew: 'expectedBucketOwner' },
  ),
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': bucketPart('aws_s3_bucket_public_access_block'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': bucketPart('aws_s3_bucket_ownership_controls'),
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': bucketPart(
    'aws_s3_bucket_object_lock_configuration',
    { forceNew: 'expectedBucketOwner objectLockEnabled' },
  ),
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': bucketPart('aws_s3_bucket_replication_configuration'),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': bucketPart(
    'aws_s3_bucket_lifecycle_configuration',
    { forceNew: 'expectedBucketOwner', optionalComputed: 'transitionDefaultMinimumObjectSize' },
  ),
  'aws:s3/bucketPolicy:BucketPolicy': bucketPart('aws_s3_bucket_policy', { documents: 'policy' }),
  'aws:s3/bucketObjectv2:BucketObjectv2': row({
    source: 'aws_s3_object',
    forceNew: 'bucket key',
    optionalComputed: 'acl bucketKeyEnabled contentType etag kmsKeyId serverSideEncryption storageClass',
    computed: `arn checksumCrc32 checksumCrc32c checksumCrc64nvme checksumSha1 checksumSha256 tagsAll versionId`,
    recomputed: 'etag versionId',
  }),
};
