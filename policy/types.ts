/** Type tokens of what the rules judge. */
export const rds = {
  instance: 'aws:rds/instance:Instance',
  cluster: 'aws:rds/cluster:Cluster',
  clusterInstance: 'aws:rds/clusterInstance:ClusterInstance',
  globalCluster: 'aws:rds/globalCluster:GlobalCluster',
  parameters: 'aws:rds/parameterGroup:ParameterGroup',
  subnets: 'aws:rds/subnetGroup:SubnetGroup',
  snapshotCopy: 'aws:rds/snapshotCopy:SnapshotCopy',
  backupsCopy: 'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication',
} as const;

export const cache = {
  group: 'aws:elasticache/replicationGroup:ReplicationGroup',
  cluster: 'aws:elasticache/cluster:Cluster',
  serverless: 'aws:elasticache/serverlessCache:ServerlessCache',
} as const;

export const s3 = {
  bucket: 'aws:s3/bucket:Bucket',
  versioning: 'aws:s3/bucketVersioning:BucketVersioning',
  replication: 'aws:s3/bucketReplicationConfig:BucketReplicationConfig',
  lock: 'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
  lifecycle: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  encryption: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  policy: 'aws:s3/bucketPolicy:BucketPolicy',
} as const;

export const backup = {
  vault: 'aws:backup/vault:Vault',
  lock: 'aws:backup/vaultLockConfiguration:VaultLockConfiguration',
  policy: 'aws:backup/vaultPolicy:VaultPolicy',
  plan: 'aws:backup/plan:Plan',
  selection: 'aws:backup/selection:Selection',
  testing: 'aws:backup/restoreTestingPlan:RestoreTestingPlan',
  testingSelection: 'aws:backup/restoreTestingSelection:RestoreTestingSelection',
} as const;

export const kms = { key: 'aws:kms/key:Key', alias: 'aws:kms/alias:Alias' } as const;
export const secret = 'aws:secretsmanager/secret:Secret';

export const iam = {
  rolePolicy: 'aws:iam/rolePolicy:RolePolicy',
  policy: 'aws:iam/policy:Policy',
  attachment: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
} as const;

export const ecs = {
  task: 'aws:ecs/taskDefinition:TaskDefinition',
  service: 'aws:ecs/service:Service',
  scaling: 'aws:appautoscaling/target:Target',
} as const;

export const ecr = {
  repository: 'aws:ecr/repository:Repository',
  replication: 'aws:ecr/replicationConfiguration:ReplicationConfiguration',
} as const;

export const lb = {
  balancer: 'aws:lb/loadBalancer:LoadBalancer',
  targets: 'aws:lb/targetGroup:TargetGroup',
} as const;

export const vpc = {
  vpc: 'aws:ec2/vpc:Vpc',
  subnet: 'aws:ec2/subnet:Subnet',
  nat: 'aws:ec2/natGateway:NatGateway',
  endpoint: 'aws:ec2/vpcEndpoint:VpcEndpoint',
} as const;

export const watch = {
  logs: 'aws:cloudwatch/logGroup:LogGroup',
  alarm: 'aws:cloudwatch/metricAlarm:MetricAlarm',
  dashboard: 'aws:cloudwatch/dashboard:Dashboard',
} as const;

export const dns = {
  record: 'aws:route53/record:Record',
  check: 'aws:route53/healthCheck:HealthCheck',
} as const;

export const efs = {
  files: 'aws:efs/fileSystem:FileSystem',
  backup: 'aws:efs/backupPolicy:BackupPolicy',
  replication: 'aws:efs/replicationConfiguration:ReplicationConfiguration',
  mount: 'aws:efs/mountTarget:MountTarget',
} as const;

export const schedule = 'aws:scheduler/schedule:Schedule';
export const stackReference = 'pulumi:pulumi:StackReference';
export const stack = 'pulumi:pulumi:Stack';
