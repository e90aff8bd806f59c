import { lessIsLoss, offIsLoss, onIsLoss, type Kind, type Rule, type TypeEffects } from './effect';

/** Properties that say something about a thing and nothing about what it does, whatever the type. */
export const labels: ReadonlySet<string> = new Set(['tags', 'tagsAll', 'description', 'comment', 'name', '__defaults']);

const all = (rule: Rule, names: string): Readonly<Record<string, Rule>> =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, rule]));
const of = (kind: Kind, ...properties: readonly Readonly<Record<string, Rule>>[]): TypeEffects => ({
  kind,
  properties: Object.assign({}, ...properties) as Readonly<Record<string, Rule>>,
});
const [data, guard, server, plain] = [of('data'), of('guard'), of('server'), of('plain')];

const stores: Readonly<Record<string, TypeEffects>> = {
  'aws:rds/instance:Instance': of(
    'data',
    all(lessIsLoss, 'backupRetentionPeriod'),
    all(offIsLoss, 'deletionProtection storageEncrypted'),
    all(onIsLoss, 'deleteAutomatedBackups skipFinalSnapshot publiclyAccessible'),
    all('data-at-risk', 'identifier kmsKeyId restoreToPointInTime snapshotIdentifier finalSnapshotIdentifier'),
    all('objective', 'multiAz replicateSourceDb'),
    all('window', 'allocatedStorage applyImmediately dbSubnetGroupName engineVersion instanceClass iops'),
    all('window', 'maintenanceWindow parameterGroupName passwordWo passwordWoVersion port storageType'),
    all('window', 'autoMinorVersionUpgrade vpcSecurityGroupIds'),
    all('harmless', 'copyTagsToSnapshot enabledCloudwatchLogsExports maxAllocatedStorage'),
  ),
  'aws:elasticache/replicationGroup:ReplicationGroup': of(
    'data',
    all(lessIsLoss, 'snapshotRetentionLimit'),
    all(offIsLoss, 'atRestEncryptionEnabled transitEncryptionEnabled'),
    all('data-at-risk', 'replicationGroupId snapshotArns snapshotName finalSnapshotIdentifier kmsKeyId'),
    all('objective', 'automaticFailoverEnabled durability multiAzEnabled numNodeGroups replicasPerNodeGroup'),
    all('window', 'applyImmediately authToken engine engineVersion nodeType parameterGroupName port securityGroupIds'),
    all('window', 'subnetGroupName'),
  ),
  'aws:s3/bucket:Bucket': of('data', all(onIsLoss, 'forceDestroy'), all('data-at-risk', 'bucket objectLockEnabled')),
  'aws:s3/bucketObjectv2:BucketObjectv2': of('plain'),
  'aws:efs/fileSystem:FileSystem': of('data', all(offIsLoss, 'encrypted'), all('window', 'throughputMode')),
  'aws:kms/key:Key': of(
    'data',
    all(lessIsLoss, 'deletionWindowInDays'),
    all(offIsLoss, 'isEnabled'),
    all('data-at-risk', 'policy bypassPolicyLockoutSafetyCheck'),
    all('harmless', 'enableKeyRotation rotationPeriodInDays'),
  ),
  'aws:kms/alias:Alias': of('guard', all('data-at-risk', 'targetKeyId')),
  'aws:secretsmanager/secret:Secret': of(
    'data',
    all(lessIsLoss, 'recoveryWindowInDays'),
    all('data-at-risk', 'kmsKeyId policy'),
    all('objective', 'replicas forceOverwriteReplicaSecret'),
  ),
  'aws:secretsmanager/secretVersion:SecretVersion': of('data', all('window', 'secretString secretStringWoVersion')),
  'random:index/randomPassword:RandomPassword': data,
  'aws:backup/vault:Vault': of('data', all(onIsLoss, 'forceDestroy'), all('data-at-risk', 'kmsKeyArn')),
  'aws:ecr/repository:Repository': of(
    'data',
    all(onIsLoss, 'forceDelete'),
    all('harmless', 'imageScanningConfiguration'),
  ),
};

const guards: Readonly<Record<string, TypeEffects>> = {
  'aws:s3/bucketVersioning:BucketVersioning': of('guard', all('data-at-risk', 'versioningConfiguration bucket')),
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration': of('guard', all('data-at-risk', 'rule bucket')),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': of('guard', all('data-at-risk', 'rules bucket')),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': of(
    'guard',
    all('data-at-risk', 'rules bucket'),
  ),
  'aws:s3/bucketPolicy:BucketPolicy': of('guard', all('data-at-risk', 'policy')),
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': of(
    'guard',
    all(offIsLoss, 'blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets'),
  ),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': guard,
  'aws:s3/bucketReplicationConfig:BucketReplicationConfig': guard,
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication': of(
    'guard',
    all(lessIsLoss, 'retentionPeriod'),
    all('data-at-risk', 'sourceDbInstanceArn kmsKeyId'),
  ),
  'aws:efs/backupPolicy:BackupPolicy': guard,
  'aws:efs/fileSystemPolicy:FileSystemPolicy': of('guard', all('data-at-risk', 'policy')),
  'aws:efs/replicationConfiguration:ReplicationConfiguration': guard,
  'aws:efs/accessPoint:AccessPoint': of('guard', all('window', 'posixUser rootDirectory')),
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': of(
    'guard',
    all(lessIsLoss, 'minRetentionDays maxRetentionDays'),
    all('data-at-risk', 'changeableForDays backupVaultName'),
  ),
  'aws:backup/vaultPolicy:VaultPolicy': of('guard', all('data-at-risk', 'policy')),
  'aws:backup/plan:Plan': guard,
  'aws:backup/selection:Selection': guard,
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': guard,
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': guard,
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': guard,
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': guard,
  'aws:scheduler/schedule:Schedule': guard,
  'aws:scheduler/scheduleGroup:ScheduleGroup': guard,
  'aws:cloudwatch/metricAlarm:MetricAlarm': guard,
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': guard,
  'aws:cloudwatch/dashboard:Dashboard': guard,
  'aws:sns/topic:Topic': guard,
  'aws:sns/topicPolicy:TopicPolicy': guard,
  'aws:route53/healthCheck:HealthCheck': guard,
  'aws:route53/record:Record': guard,
  'aws:appautoscaling/target:Target': guard,
  'aws:iam/role:Role': guard,
  'aws:iam/rolePolicy:RolePolicy': guard,
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': guard,
};

const servers: Readonly<Record<string, TypeEffects>> = {
  'aws:ecs/service:Service': of('server', all('objective', 'desiredCount')),
  'aws:ecs/taskDefinition:TaskDefinition': server,
  'aws:ecs/cluster:Cluster': server,
  'aws:lb/loadBalancer:LoadBalancer': of('server', all('harmless', 'accessLogs')),
  'aws:lb/listener:Listener': server,
  'aws:lb/listenerRule:ListenerRule': server,
  'aws:lb/targetGroup:TargetGroup': server,
  'aws:appautoscaling/policy:Policy': server,
  'aws:efs/mountTarget:MountTarget': server,
  'aws:rds/parameterGroup:ParameterGroup': server,
  'aws:rds/subnetGroup:SubnetGroup': server,
  'aws:elasticache/parameterGroup:ParameterGroup': server,
  'aws:elasticache/subnetGroup:SubnetGroup': server,
  'docker:index/image:Image': server,
};

const network: Readonly<Record<string, TypeEffects>> = Object.fromEntries(
  [
    ...['vpc:Vpc', 'subnet:Subnet', 'internetGateway:InternetGateway', 'eip:Eip', 'natGateway:NatGateway'],
    ...['routeTable:RouteTable', 'route:Route', 'routeTableAssociation:RouteTableAssociation'],
    ...['vpcEndpoint:VpcEndpoint', 'securityGroup:SecurityGroup'],
  ].map((name) => [`aws:ec2/${name}`, server]),
);

/** What each type is to recovery, and what its properties do. */
export const effectTables: Readonly<Record<string, TypeEffects>> = {
  ...stores,
  ...guards,
  ...servers,
  ...network,
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': server,
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': server,
  'aws:ec2/flowLog:FlowLog': plain,
  'aws:cloudwatch/logGroup:LogGroup': plain,
};
