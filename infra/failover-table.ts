/**
 * Everything that a failover may change: type -> properties, no creation, no deletion, no replacement.
 * Each of them is an update of something in the region that lives. What is not here does not change.
 */
export const failoverChanges: Readonly<Record<string, readonly string[]>> = {
  'aws:rds/instance:Instance': ['replicateSourceDb', 'backupRetentionPeriod', 'multiAz'],
  // Jobs fire, and alarms speak, on the site that serves.
  'aws:scheduler/schedule:Schedule': ['state'],
  'aws:cloudwatch/metricAlarm:MetricAlarm': ['actionsEnabled'],
  'aws:ecs/service:Service': ['desiredCount'],
  'aws:appautoscaling/target:Target': ['minCapacity'],
  // The contract that the tools read.
  'aws:s3/bucketObjectv2:BucketObjectv2': ['content'],
};

/** The way back to the first site does one thing more: its check looks at the signal again. */
export const failbackChanges: Readonly<Record<string, readonly string[]>> = {
  ...failoverChanges,
  'aws:route53/healthCheck:HealthCheck': ['disabled'],
};
