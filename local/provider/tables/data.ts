import { olderVersion, valkeyToRedis } from './conditions';
import { row, type TypeTable } from './row';

export const dataTable: TypeTable = {
  'aws:rds/subnetGroup:SubnetGroup': row({
    source: 'aws_db_subnet_group',
    forceNew: 'name namePrefix',
    optionalComputed: 'name namePrefix',
    computed: 'arn supportedNetworkTypes tagsAll vpcId',
    name: ['name', 255],
  }),
  'aws:rds/parameterGroup:ParameterGroup': row({
    source: 'aws_db_parameter_group',
    forceNew: 'description family name namePrefix',
    optionalComputed: 'name namePrefix',
    computed: 'arn tagsAll',
    name: ['name', 255],
  }),
  // Checked in the provider's source (internal/service/rds/instance.go): replicateSourceDb is no forceNew,
  // taking it away promotes.
  'aws:rds/instance:Instance': row({
    source: 'aws_db_instance',
    forceNew: `availabilityZone backupTarget characterSetName customIamInstanceProfile dbName engine kmsKeyId
      ncharCharacterSetName restoreToPointInTime s3Import snapshotIdentifier storageEncrypted timezone username`,
    optionalComputed: `allocatedStorage availabilityZone backupRetentionPeriod backupTarget backupWindow
      caCertIdentifier characterSetName databaseInsightsMode dbName dbSubnetGroupName domainFqdn engine
      engineLifecycleSupport engineVersion identifier identifierPrefix iops kmsKeyId licenseModel maintenanceWindow
      masterUserSecretKmsKeyId monitoringRoleArn multiAz ncharCharacterSetName networkType optionGroupName
      parameterGroupName performanceInsightsKmsKeyId performanceInsightsRetentionPeriod port replicaMode
      snapshotIdentifier storageThroughput storageType timezone username vpcSecurityGroupIds`,
    computed: `address arn endpoint engineVersionActual hostedZoneId latestRestorableTime listenerEndpoints
      masterUserSecrets replicas resourceId status tagsAll upgradeRolloutOrder`,
    assigned: 'port',
    writeOnly: 'passwordWo',
    secret: 'password',
    name: ['identifier', 63],
  }),
  // It has no update (internal/service/rds/instance_automated_backups_replication.go).
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication': row({
    source: 'aws_db_instance_automated_backups_replication',
    forceNew: 'kmsKeyId preSignedUrl retentionPeriod sourceDbInstanceArn',
    optionalComputed: 'kmsKeyId',
  }),
  'aws:elasticache/subnetGroup:SubnetGroup': row({
    source: 'aws_elasticache_subnet_group',
    forceNew: 'name',
    optionalComputed: 'name',
    computed: 'arn tagsAll vpcId',
    name: ['name', 255],
  }),
  'aws:elasticache/parameterGroup:ParameterGroup': row({
    source: 'aws_elasticache_parameter_group',
    forceNew: 'description family name',
    optionalComputed: 'name',
    computed: 'arn tagsAll',
    name: ['name', 255],
  }),
  // Checked in the provider's source (internal/service/elasticache/replication_group.go).
  'aws:elasticache/replicationGroup:ReplicationGroup': row({
    source: 'aws_elasticache_replication_group',
    forceNew: `atRestEncryptionEnabled dataTieringEnabled globalReplicationGroupId kmsKeyId networkType
      nodeGroupConfigurations port replicationGroupId securityGroupNames snapshotArns snapshotName subnetGroupName`,
    optionalComputed: `applyImmediately atRestEncryptionEnabled autoMinorVersionUpgrade clusterMode dataTieringEnabled durability engine
      engineVersion globalReplicationGroupId ipDiscovery maintenanceWindow networkType nodeGroupConfigurations nodeType
      numCacheClusters numNodeGroups parameterGroupName replicasPerNodeGroup securityGroupIds securityGroupNames
      snapshotWindow subnetGroupName transitEncryptionEnabled transitEncryptionMode`,
    computed: `arn clusterEnabled configurationEndpointAddress engineVersionActual memberClusters
      primaryEndpointAddress readerEndpointAddress tagsAll`,
    ordered: 'preferredCacheClusterAzs',
    replacesWhen: { engine: valkeyToRedis, engineVersion: olderVersion },
    assigned: 'port',
    writeOnly: 'authTokenWo',
    secret: 'authToken',
    name: ['replicationGroupId', 40],
  }),
};
