/** A type of CloudFormation that stands for the same thing, and where the two say different things about it. */
export interface Twin {
  readonly cloudFormation: string;
  /** Properties whose name differs by more than the case of the first letter: theirs -> ours. */
  readonly names?: Readonly<Record<string, string>>;
  /** Theirs that cannot be changed and that the official provider has not got -> why. */
  readonly absent?: Readonly<Record<string, string>>;
  /** Ours that are changed in place, though CloudFormation replaces -> why. */
  readonly updatedHere?: Readonly<Record<string, string>>;
  /** Ours that replace, though CloudFormation changes them in place, or has not got them -> why. */
  readonly replacedHere?: Readonly<Record<string, string>>;
}

const conditional = 'CloudFormation replaces under conditions; the provider always does';
const ruleCall = 'the provider uses ModifySecurityGroupRules, which changes a rule in place';
const providersOwn = 'an argument of the provider that CloudFormation has not got';
const setting = 'a setting of a bucket, which CloudFormation has as a property of AWS::S3::Bucket';

const securityGroupRule = {
  names: { GroupId: 'securityGroupId', CidrIp: 'cidrIpv4' },
  updatedHere: {
    ...{ ipProtocol: ruleCall, fromPort: ruleCall, toPort: ruleCall, cidrIpv4: ruleCall, cidrIpv6: ruleCall },
    ...{ prefixListId: ruleCall, referencedSecurityGroupId: ruleCall },
  },
};

const settings = [
  ...['bucketLifecycleConfiguration:BucketLifecycleConfiguration', 'bucketVersioning:BucketVersioning'],
  'bucketObjectLockConfiguration:BucketObjectLockConfiguration',
  ...['bucketOwnershipControls:BucketOwnershipControls', 'bucketPublicAccessBlock:BucketPublicAccessBlock'],
  'bucketReplicationConfig:BucketReplicationConfig',
  'bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
].map((name) => [`aws:s3/${name}`, setting] as const);

/** Type of the official provider -> its twin, or why CloudFormation has none. */
export const twins: Readonly<Record<string, Twin | string>> = {
  ...Object.fromEntries(settings),
  'aws:appautoscaling/policy:Policy': {
    cloudFormation: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    names: { PolicyName: 'name' },
    absent: { ScalingTargetId: 'another way to name the target' },
  },
  'aws:appautoscaling/target:Target': { cloudFormation: 'AWS::ApplicationAutoScaling::ScalableTarget' },
  'aws:backup/plan:Plan': {
    cloudFormation: 'AWS::Backup::BackupPlan',
    replacedHere: { name: 'part of the plan there, and of its identity here' },
  },
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': {
    cloudFormation: 'AWS::Backup::RestoreTestingPlan',
    names: { RestoreTestingPlanName: 'name' },
  },
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': {
    cloudFormation: 'AWS::Backup::RestoreTestingSelection',
    names: { RestoreTestingSelectionName: 'name' },
  },
  'aws:backup/selection:Selection': {
    cloudFormation: 'AWS::Backup::BackupSelection',
    names: { BackupPlanId: 'planId', BackupSelection: 'resources' },
    replacedHere: {
      ...{ conditions: 'part of BackupSelection there', iamRoleArn: 'part of BackupSelection there' },
      ...{ name: 'part of BackupSelection there', notResources: 'part of BackupSelection there' },
      selectionTags: 'part of BackupSelection there',
    },
  },
  'aws:backup/vault:Vault': {
    cloudFormation: 'AWS::Backup::BackupVault',
    names: { BackupVaultName: 'name', EncryptionKeyArn: 'kmsKeyArn' },
  },
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': 'a property of AWS::Backup::BackupVault',
  'aws:backup/vaultPolicy:VaultPolicy': 'a property of AWS::Backup::BackupVault',
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': {
    cloudFormation: 'AWS::CloudWatch::CompositeAlarm',
    replacedHere: { actionsEnabled: 'the provider marks it so (internal/service/cloudwatch/composite_alarm.go)' },
  },
  'aws:cloudwatch/dashboard:Dashboard': { cloudFormation: 'AWS::CloudWatch::Dashboard' },
  'aws:cloudwatch/logGroup:LogGroup': {
    cloudFormation: 'AWS::Logs::LogGroup',
    names: { LogGroupName: 'name' },
    replacedHere: { logGroupClass: 'CloudWatch Logs has no call that changes it' },
  },
  'aws:cloudwatch/metricAlarm:MetricAlarm': { cloudFormation: 'AWS::CloudWatch::Alarm', names: { AlarmName: 'name' } },
  'aws:ec2/eip:Eip': {
    cloudFormation: 'AWS::EC2::EIP',
    absent: { TransferAddress: 'takes an address over from another account' },
    replacedHere: {
      ...{ customerOwnedIpv4Pool: providersOwn, domain: 'the provider allocates a new address' },
      publicIpv4Pool: 'the provider allocates a new address',
    },
  },
  'aws:ec2/flowLog:FlowLog': {
    cloudFormation: 'AWS::EC2::FlowLog',
    names: { DeliverLogsPermissionArn: 'iamRoleArn', ResourceId: 'vpcId' },
    absent: { LogGroupName: 'the older way to name the group', ResourceType: 'follows from which id is given' },
    replacedHere: {
      ...{ eniId: 'ResourceId there', subnetId: 'ResourceId there', regionalNatGatewayId: 'ResourceId there' },
      ...{ transitGatewayAttachmentId: 'ResourceId there', transitGatewayId: 'ResourceId there' },
    },
  },
  'aws:ec2/internetGateway:InternetGateway': { cloudFormation: 'AWS::EC2::InternetGateway' },
  'aws:ec2/natGateway:NatGateway': {
    cloudFormation: 'AWS::EC2::NatGateway',
    names: { PrivateIpAddress: 'privateIp' },
  },
  'aws:ec2/route:Route': { cloudFormation: 'AWS::EC2::Route' },
  'aws:ec2/routeTable:RouteTable': { cloudFormation: 'AWS::EC2::RouteTable' },
  'aws:ec2/routeTableAssociation:RouteTableAssociation': {
    cloudFormation: 'AWS::EC2::SubnetRouteTableAssociation',
    updatedHere: { routeTableId: 'the provider uses ReplaceRouteTableAssociation' },
    replacedHere: { gatewayId: 'AWS::EC2::GatewayRouteTableAssociation there' },
  },
  'aws:ec2/securityGroup:SecurityGroup': {
    cloudFormation: 'AWS::EC2::SecurityGroup',
    names: { GroupDescription: 'description', GroupName: 'name' },
  },
  'aws:ec2/subnet:Subnet': {
    cloudFormation: 'AWS::EC2::Subnet',
    absent: { Ipv6NetmaskLength: 'not in this version of the provider' },
  },
  'aws:ec2/vpc:Vpc': {
    cloudFormation: 'AWS::EC2::VPC',
    absent: { VpcEncryptionControl: 'a resource of its own' },
    replacedHere: { instanceTenancy: conditional },
  },
  'aws:ec2/vpcEndpoint:VpcEndpoint': { cloudFormation: 'AWS::EC2::VPCEndpoint' },
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': 'a property of AWS::ECR::Repository',
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': { cloudFormation: 'AWS::ECR::ReplicationConfiguration' },
  'aws:ecr/repository:Repository': {
    cloudFormation: 'AWS::ECR::Repository',
    names: { RepositoryName: 'name', EncryptionConfiguration: 'encryptionConfigurations' },
  },
  'aws:ecs/cluster:Cluster': { cloudFormation: 'AWS::ECS::Cluster', names: { ClusterName: 'name' } },
  'aws:ecs/service:Service': {
    cloudFormation: 'AWS::ECS::Service',
    names: { Role: 'iamRole', ServiceName: 'name' },
    replacedHere: { launchType: conditional },
  },
  'aws:ecs/taskDefinition:TaskDefinition': {
    cloudFormation: 'AWS::ECS::TaskDefinition',
    absent: { InferenceAccelerators: 'Elastic Inference has ended' },
  },
  'aws:efs/accessPoint:AccessPoint': {
    cloudFormation: 'AWS::EFS::AccessPoint',
    absent: { ClientToken: 'the provider makes one for each call' },
  },
  'aws:efs/backupPolicy:BackupPolicy': 'a property of AWS::EFS::FileSystem',
  'aws:efs/fileSystem:FileSystem': {
    cloudFormation: 'AWS::EFS::FileSystem',
    replacedHere: { creationToken: providersOwn },
  },
  'aws:efs/fileSystemPolicy:FileSystemPolicy': 'a property of AWS::EFS::FileSystem',
  'aws:efs/mountTarget:MountTarget': { cloudFormation: 'AWS::EFS::MountTarget' },
  'aws:efs/replicationConfiguration:ReplicationConfiguration': 'a property of AWS::EFS::FileSystem',
  'aws:elasticache/parameterGroup:ParameterGroup': {
    cloudFormation: 'AWS::ElastiCache::ParameterGroup',
    names: { CacheParameterGroupFamily: 'family', CacheParameterGroupName: 'name' },
    replacedHere: {
      description: 'ElastiCache has no call that changes it',
      name: 'CloudFormation makes the name itself',
    },
  },
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    cloudFormation: 'AWS::ElastiCache::ReplicationGroup',
    names: { CacheSubnetGroupName: 'subnetGroupName', PreferredCacheClusterAZs: 'preferredCacheClusterAzs' },
    updatedHere: { preferredCacheClusterAzs: 'the provider ignores the change' },
    replacedHere: {
      nodeGroupConfigurations: conditional,
      securityGroupNames: 'only outside a VPC: CacheSecurityGroupNames there',
    },
  },
  'aws:elasticache/subnetGroup:SubnetGroup': {
    cloudFormation: 'AWS::ElastiCache::SubnetGroup',
    names: { CacheSubnetGroupName: 'name' },
  },
  'aws:iam/role:Role': { cloudFormation: 'AWS::IAM::Role', names: { RoleName: 'name' } },
  'aws:iam/rolePolicy:RolePolicy': {
    cloudFormation: 'AWS::IAM::RolePolicy',
    names: { PolicyName: 'name', RoleName: 'role' },
  },
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': 'a property of AWS::IAM::Role',
  'aws:kms/alias:Alias': { cloudFormation: 'AWS::KMS::Alias', names: { AliasName: 'name' } },
  'aws:kms/key:Key': {
    cloudFormation: 'AWS::KMS::Key',
    replacedHere: {
      ...{ customKeyStoreId: providersOwn, xksKeyId: providersOwn },
      customerMasterKeySpec: 'KeySpec there; KMS has no call that changes it',
      keyUsage: 'KMS has no call that changes it',
      multiRegion: 'KMS has no call that changes it',
    },
  },
  'aws:lb/listener:Listener': { cloudFormation: 'AWS::ElasticLoadBalancingV2::Listener' },
  'aws:lb/listenerRule:ListenerRule': { cloudFormation: 'AWS::ElasticLoadBalancingV2::ListenerRule' },
  'aws:lb/loadBalancer:LoadBalancer': {
    cloudFormation: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    names: { Scheme: 'internal', Type: 'loadBalancerType' },
    replacedHere: { customerOwnedIpv4Pool: providersOwn },
  },
  'aws:lb/targetGroup:TargetGroup': {
    cloudFormation: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    replacedHere: { targetControlPort: 'Elastic Load Balancing has no call that changes it' },
  },
  'aws:rds/instance:Instance': {
    cloudFormation: 'AWS::RDS::DBInstance',
    names: {
      ...{ CustomIAMInstanceProfile: 'customIamInstanceProfile', DBInstanceIdentifier: 'identifier', DBName: 'dbName' },
      ...{
        DBSubnetGroupName: 'dbSubnetGroupName',
        MasterUsername: 'username',
        DBSnapshotIdentifier: 'snapshotIdentifier',
      },
    },
    absent: {
      DBClusterIdentifier: 'Aurora',
      DBSystemId: 'Oracle',
      SourceRegion: 'follows from the ARN of the source',
    },
    updatedHere: {
      identifier: 'the provider renames by ModifyDBInstance',
      dbSubnetGroupName: 'the provider moves the instance by ModifyDBInstance',
    },
    replacedHere: {
      ...{ availabilityZone: conditional, engine: conditional, snapshotIdentifier: conditional },
      restoreToPointInTime: `RestoreTime and others there: ${conditional}`,
      s3Import: providersOwn,
    },
  },
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication':
    'a property of AWS::RDS::DBInstance',
  'aws:rds/parameterGroup:ParameterGroup': {
    cloudFormation: 'AWS::RDS::DBParameterGroup',
    names: { DBParameterGroupName: 'name' },
  },
  'aws:rds/subnetGroup:SubnetGroup': {
    cloudFormation: 'AWS::RDS::DBSubnetGroup',
    names: { DBSubnetGroupName: 'name' },
  },
  'aws:route53/healthCheck:HealthCheck': {
    cloudFormation: 'AWS::Route53::HealthCheck',
    replacedHere: {
      ...{ measureLatency: 'a part of HealthCheckConfig there', requestInterval: 'a part of HealthCheckConfig there' },
      ...{ routingControlArn: 'a part of HealthCheckConfig there', type: 'a part of HealthCheckConfig there' },
      referenceName: providersOwn,
    },
  },
  'aws:route53/record:Record': {
    cloudFormation: 'AWS::Route53::RecordSet',
    names: { HostedZoneId: 'zoneId' },
    absent: { HostedZoneName: 'another way to name the zone' },
    replacedHere: { name: 'another name is another record' },
  },
  'aws:s3/bucket:Bucket': {
    cloudFormation: 'AWS::S3::Bucket',
    names: { BucketName: 'bucket', BucketNamePrefix: 'bucketPrefix' },
    replacedHere: { objectLockEnabled: 'the provider only sets it at the creation' },
  },
  'aws:s3/bucketObjectv2:BucketObjectv2': 'CloudFormation makes no objects',
  'aws:s3/bucketPolicy:BucketPolicy': { cloudFormation: 'AWS::S3::BucketPolicy' },
  'aws:scheduler/schedule:Schedule': {
    cloudFormation: 'AWS::Scheduler::Schedule',
    replacedHere: { groupName: 'a schedule cannot move; CloudFormation fails' },
  },
  'aws:scheduler/scheduleGroup:ScheduleGroup': { cloudFormation: 'AWS::Scheduler::ScheduleGroup' },
  'aws:secretsmanager/secret:Secret': { cloudFormation: 'AWS::SecretsManager::Secret' },
  'aws:secretsmanager/secretVersion:SecretVersion': 'a property of AWS::SecretsManager::Secret',
  'aws:sns/topic:Topic': { cloudFormation: 'AWS::SNS::Topic', names: { TopicName: 'name' } },
  'aws:sns/topicPolicy:TopicPolicy': {
    cloudFormation: 'AWS::SNS::TopicPolicy',
    replacedHere: { arn: 'Topics there: one policy for many' },
  },
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': {
    cloudFormation: 'AWS::EC2::SecurityGroupEgress',
    ...securityGroupRule,
    names: {
      ...securityGroupRule.names,
      DestinationSecurityGroupId: 'referencedSecurityGroupId',
      DestinationPrefixListId: 'prefixListId',
    },
  },
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': {
    cloudFormation: 'AWS::EC2::SecurityGroupIngress',
    ...securityGroupRule,
    names: {
      ...securityGroupRule.names,
      SourceSecurityGroupId: 'referencedSecurityGroupId',
      SourcePrefixListId: 'prefixListId',
    },
    absent: {
      GroupName: 'only outside a VPC',
      SourceSecurityGroupName: 'only outside a VPC',
      SourceSecurityGroupOwnerId: 'only outside a VPC',
    },
  },
};
