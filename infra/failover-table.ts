/**
 * Everything that a failover may change: type -> properties, no creation, no deletion, no replacement.
 * Each of them is an update of something in the region that lives. What is not here does not change.
 */
export const failoverChanges: Readonly<Record<string, readonly string[]>> = {
  'aws:rds/instance:Instance': ['replicateSourceDb', 'backupRetentionPeriod', 'multiAz'],
  'aws:ecs/service:Service': ['desiredCount'],
  'aws:appautoscaling/target:Target': ['minCapacity'],
  // The contract that the tools read.
  'aws:s3/bucketObjectv2:BucketObjectv2': ['content'],
};
