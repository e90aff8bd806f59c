import type { Properties } from '../../local/provider/values';

/** Inputs that a rule lets pass, and inputs that it refuses for the same property. */
export type Example = readonly [accepted: Properties, refused: Properties];

const replicas = (...regions: string[]): Properties => ({ replicas: regions.map((region) => ({ region })) });
const fargate = { requiresCompatibilities: ['FARGATE'] };
/** A cache whose log outlives its node. */
export const durable: Properties = {
  ...{ engine: 'valkey', engineVersion: '9.0', clusterMode: 'enabled', multiAzEnabled: true },
  ...{ automaticFailoverEnabled: true, replicasPerNodeGroup: 1, transitEncryptionEnabled: true, durability: 'sync' },
};
const tls = { transitEncryptionEnabled: true };
const token = 'a'.repeat(16);

/** A rule of S3 replication with something else in it. */
const replication = (more: Properties = {}): Properties => ({
  rules: [{ status: 'Enabled', filter: {}, deleteMarkerReplication: {}, destination: {}, ...more }],
});

/** `type property` -> an example of both, for every rule there is. */
export const examples: Readonly<Record<string, Example>> = {
  'aws:ec2/vpc:Vpc cidrBlock': [{ cidrBlock: '10.0.0.0/16' }, { cidrBlock: '10.0.0.0/8' }],
  'aws:ec2/subnet:Subnet cidrBlock': [{ cidrBlock: '10.0.0.0/28' }, { cidrBlock: '10.0.0.0/29' }],
  'aws:ec2/flowLog:FlowLog maxAggregationInterval': [{ maxAggregationInterval: 60 }, { maxAggregationInterval: 300 }],
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule fromPort': [{ fromPort: 443 }, { fromPort: 65_536 }],
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule toPort': [{ toPort: 443 }, { toPort: 65_536 }],
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule fromPort': [{ fromPort: -1 }, { fromPort: -2 }],
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule toPort': [{ toPort: -1 }, { toPort: 1.5 }],

  'aws:kms/key:Key deletionWindowInDays': [{ deletionWindowInDays: 30 }, { deletionWindowInDays: 6 }],
  'aws:kms/key:Key rotationPeriodInDays': [{ rotationPeriodInDays: 90 }, { rotationPeriodInDays: 89 }],
  'aws:kms/alias:Alias name': [{ name: 'alias/vault' }, { name: 'alias/aws/vault' }],
  'aws:secretsmanager/secret:Secret name': [{ name: 'agente-dr/postgres' }, { name: 'agente dr' }],
  'aws:secretsmanager/secret:Secret recoveryWindowInDays': [{ recoveryWindowInDays: 7 }, { recoveryWindowInDays: 1 }],
  'aws:secretsmanager/secret:Secret replicas': [replicas('us-east-2', 'us-west-2'), replicas('us-east-2', 'us-east-2')],
  'aws:secretsmanager/secretVersion:SecretVersion secretString': [
    { secretString: 'a' },
    { secretString: 'a', secretBinary: 'YQ==' },
  ],
  'aws:secretsmanager/secretVersion:SecretVersion secretStringWo': [
    { secretStringWo: 'a', secretStringWoVersion: 1 },
    { secretStringWo: 'a' },
  ],
  'aws:secretsmanager/secretVersion:SecretVersion secretStringWoVersion': [
    { secretStringWo: 'a', secretStringWoVersion: 1 },
    { secretStringWoVersion: 1 },
  ],
  'aws:iam/role:Role maxSessionDuration': [{ maxSessionDuration: 3_600 }, { maxSessionDuration: 900 }],
  'aws:iam/role:Role name': [{ name: 'agente-dr-keeper' }, { name: 'agente dr' }],
  'aws:iam/role:Role assumeRolePolicy': [{ assumeRolePolicy: '{}' }, { assumeRolePolicy: '{' }],
  'aws:iam/rolePolicy:RolePolicy policy': [{ policy: '{"Statement":[]}' }, { policy: '' }],
  'aws:cloudwatch/logGroup:LogGroup retentionInDays': [{ retentionInDays: 30 }, { retentionInDays: 31 }],

  'aws:s3/bucket:Bucket bucket': [{ bucket: 'agente-dr-vault' }, { bucket: 'Agente' }],
  'aws:s3/bucketVersioning:BucketVersioning versioningConfiguration': [
    { versioningConfiguration: { status: 'Enabled' } },
    { versioningConfiguration: { status: 'On' } },
  ],
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration rule': [
    { rule: { defaultRetention: { mode: 'COMPLIANCE', days: 90 } } },
    { rule: { defaultRetention: { mode: 'COMPLIANCE', days: 90, years: 1 } } },
  ],
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig rules': [
    replication(),
    replication({ destination: { replicationTime: { status: 'Enabled', time: { minutes: 15 } } } }),
  ],
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration rules': [
    { rules: [{ id: 'a', status: 'Enabled', transitions: [{ days: 30, storageClass: 'STANDARD_IA' }] }] },
    { rules: [{ id: 'a', status: 'Enabled', transitions: [{ days: 29, storageClass: 'STANDARD_IA' }] }] },
  ],

  'aws:rds/instance:Instance allocatedStorage': [{ allocatedStorage: 20 }, { allocatedStorage: 19 }],
  'aws:rds/instance:Instance maxAllocatedStorage': [
    { allocatedStorage: 100, maxAllocatedStorage: 500 },
    { allocatedStorage: 100, maxAllocatedStorage: 100 },
  ],
  'aws:rds/instance:Instance backupRetentionPeriod': [{ backupRetentionPeriod: 35 }, { backupRetentionPeriod: 36 }],
  'aws:rds/instance:Instance backupWindow': [{ backupWindow: '03:00-04:00' }, { backupWindow: '3-4' }],
  'aws:rds/instance:Instance identifier': [{ identifier: 'postgres-g1' }, { identifier: 'postgres--g1' }],
  'aws:rds/instance:Instance engineVersion': [
    { engine: 'mysql', engineVersion: '8.4' },
    { engine: 'mysql', engineVersion: '8.3' },
  ],
  'aws:rds/instance:Instance finalSnapshotIdentifier': [
    { finalSnapshotIdentifier: 'postgres-g1-final' },
    { finalSnapshotIdentifier: '1-final' },
  ],
  'aws:rds/instance:Instance kmsKeyId': [
    { kmsKeyId: 'arn:k', storageEncrypted: true },
    { kmsKeyId: 'arn:k', storageEncrypted: false },
  ],
  'aws:rds/instance:Instance password': [{ password: 'eight888' }, { password: 'eight888', passwordWo: 'eight888' }],
  'aws:rds/instance:Instance passwordWo': [{ passwordWo: 'eight888' }, { passwordWo: 'seven77' }],
  'aws:rds/instance:Instance passwordWoVersion': [
    { passwordWo: 'eight888', passwordWoVersion: 1 },
    { passwordWoVersion: 1 },
  ],
  'aws:rds/instance:Instance username': [{ username: 'a' }, { username: 'a', replicateSourceDb: 'arn:x' }],
  'aws:rds/instance:Instance dbName': [{ dbName: 'a' }, { dbName: 'a', replicateSourceDb: 'arn:x' }],
  'aws:rds/instance:Instance replicateSourceDb': [
    { replicateSourceDb: 'arn:x' },
    { replicateSourceDb: 'arn:x', restoreToPointInTime: { useLatestRestorableTime: true } },
  ],
  'aws:rds/instance:Instance restoreToPointInTime': [
    { restoreToPointInTime: { sourceDbInstanceIdentifier: 'a', restoreTime: '2026-11-24T01:02:03Z' } },
    { restoreToPointInTime: { sourceDbInstanceIdentifier: 'a', restoreTime: '2026-11-24T01:02:03' } },
  ],
  'aws:rds/instance:Instance monitoringInterval': [
    { monitoringInterval: 60, monitoringRoleArn: 'arn:r' },
    { monitoringInterval: 60 },
  ],
  'aws:rds/instance:Instance performanceInsightsRetentionPeriod': [
    { performanceInsightsRetentionPeriod: 62 },
    { performanceInsightsRetentionPeriod: 60 },
  ],
  'aws:rds/parameterGroup:ParameterGroup name': [{ name: 'agente-dr-postgres17' }, { name: 'agente-dr.postgres17' }],
  'aws:rds/parameterGroup:ParameterGroup parameters': [
    { parameters: [{ name: 'a', applyMethod: 'pending-reboot' }] },
    { parameters: [{ name: 'a', applyMethod: 'now' }] },
  ],
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication retentionPeriod': [
    { retentionPeriod: 35 },
    { retentionPeriod: 0 },
  ],
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication sourceDbInstanceArn': [
    { sourceDbInstanceArn: 'arn:aws:rds:us-east-1:123456789012:db:postgres-g1' },
    { sourceDbInstanceArn: 'postgres-g1' },
  ],

  'aws:elasticache/replicationGroup:ReplicationGroup replicationGroupId': [
    { replicationGroupId: 'agente-dr-redis' },
    { replicationGroupId: 'a'.repeat(41) },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup authToken': [{ authToken: token, ...tls }, { authToken: token }],
  'aws:elasticache/replicationGroup:ReplicationGroup authTokenWo': [
    { authTokenWo: token, ...tls },
    { authTokenWo: token, authToken: token, ...tls },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup authTokenWoVersion': [
    { authTokenWo: token, authTokenWoVersion: 1, ...tls },
    { authTokenWoVersion: 1 },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup authTokenUpdateStrategy': [
    { authTokenUpdateStrategy: 'ROTATE' },
    { authTokenUpdateStrategy: 'KEEP' },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup automaticFailoverEnabled': [
    { automaticFailoverEnabled: true, numCacheClusters: 2 },
    { automaticFailoverEnabled: true, numCacheClusters: 1 },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup clusterMode': [{ clusterMode: 'enabled' }, { clusterMode: 'on' }],
  'aws:elasticache/replicationGroup:ReplicationGroup durability': [durable, { ...durable, clusterMode: 'disabled' }],
  'aws:elasticache/replicationGroup:ReplicationGroup engine': [{ engine: 'valkey' }, { engine: 'memcached' }],
  'aws:elasticache/replicationGroup:ReplicationGroup engineVersion': [{ engineVersion: '9.0' }, { engineVersion: '9' }],
  'aws:elasticache/replicationGroup:ReplicationGroup multiAzEnabled': [
    { multiAzEnabled: true, automaticFailoverEnabled: true },
    { multiAzEnabled: true },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup numCacheClusters': [
    { numCacheClusters: 2 },
    { numCacheClusters: 2, numNodeGroups: 1 },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup replicasPerNodeGroup': [
    { replicasPerNodeGroup: 5 },
    { replicasPerNodeGroup: 6 },
  ],
  'aws:elasticache/replicationGroup:ReplicationGroup snapshotRetentionLimit': [
    { snapshotRetentionLimit: 35 },
    { snapshotRetentionLimit: 36 },
  ],

  'aws:ecs/cluster:Cluster name': [{ name: 'agente-dr' }, { name: 'agente dr' }],
  'aws:ecs/taskDefinition:TaskDefinition family': [{ family: 'agente-dr-api' }, { family: 'agente/api' }],
  'aws:ecs/taskDefinition:TaskDefinition containerDefinitions': [
    { containerDefinitions: '[{"name":"a"},{"name":"b"}]' },
    { containerDefinitions: '[{"name":"a"},{"name":"a"}]' },
  ],
  'aws:ecs/taskDefinition:TaskDefinition cpu': [
    { cpu: '256', ...fargate },
    { cpu: '300', ...fargate },
  ],
  'aws:ecs/taskDefinition:TaskDefinition memory': [
    { cpu: '256', memory: '512', ...fargate },
    { cpu: '256', memory: '4096', ...fargate },
  ],
  'aws:ecs/taskDefinition:TaskDefinition networkMode': [
    { networkMode: 'awsvpc', ...fargate },
    { networkMode: 'bridge', ...fargate },
  ],
  'aws:ecs/taskDefinition:TaskDefinition ephemeralStorage': [
    { ephemeralStorage: { sizeInGib: 21 } },
    { ephemeralStorage: { sizeInGib: 20 } },
  ],
  'aws:ecs/service:Service name': [{ name: 'agente-api' }, { name: 'agente.api' }],
  'aws:ecs/service:Service desiredCount': [{ desiredCount: 0 }, { desiredCount: -1 }],
  'aws:ecs/service:Service launchType': [
    { launchType: 'FARGATE' },
    { launchType: 'FARGATE', capacityProviderStrategies: [{ capacityProvider: 'FARGATE' }] },
  ],
  'aws:ecs/service:Service deploymentConfiguration': [
    { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '5' } },
    { deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: '1441' } },
  ],
  'aws:appautoscaling/target:Target minCapacity': [
    { minCapacity: 2, maxCapacity: 4 },
    { minCapacity: 5, maxCapacity: 4 },
  ],
  'aws:lb/loadBalancer:LoadBalancer name': [{ name: 'agente-dr' }, { name: 'a'.repeat(33) }],
  'aws:lb/loadBalancer:LoadBalancer idleTimeout': [{ idleTimeout: 60 }, { idleTimeout: 4_001 }],
  'aws:lb/targetGroup:TargetGroup name': [{ name: 'blue' }, { name: '-blue' }],
  'aws:lb/targetGroup:TargetGroup deregistrationDelay': [{ deregistrationDelay: 0 }, { deregistrationDelay: 3_601 }],
  'aws:lb/targetGroup:TargetGroup healthCheck': [
    { healthCheck: { interval: 10, timeout: 5 } },
    { healthCheck: { interval: 5, timeout: 5 } },
  ],
  'aws:lb/listener:Listener port': [{ port: 443 }, { port: 0 }],
  'aws:lb/listener:Listener protocol': [{ protocol: 'HTTPS', certificateArn: 'arn:c' }, { protocol: 'HTTPS' }],
  'aws:route53/healthCheck:HealthCheck failureThreshold': [{ failureThreshold: 3 }, { failureThreshold: 11 }],
  'aws:route53/healthCheck:HealthCheck requestInterval': [{ requestInterval: 10 }, { requestInterval: 20 }],
  'aws:route53/healthCheck:HealthCheck type': [{ type: 'HTTPS' }, { type: 'PING' }],
  'aws:route53/record:Record aliases': [{ aliases: [{ name: 'a' }] }, { aliases: [{ name: 'a' }], ttl: 60 }],
  'aws:route53/record:Record failoverRoutingPolicies': [
    { failoverRoutingPolicies: [{ type: 'PRIMARY' }], setIdentifier: 'primary' },
    { failoverRoutingPolicies: [{ type: 'PRIMARY' }] },
  ],
  'aws:route53/record:Record records': [{ records: ['1.2.3.4'], ttl: 60 }, { records: ['1.2.3.4'] }],
};
