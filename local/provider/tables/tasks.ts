import { row, type TypeTable } from './row';

/** What tasks start from, and by: images, files, schedules. */
export const taskTable: TypeTable = {
  'aws:ecr/repository:Repository': row({
    source: 'aws_ecr_repository',
    forceNew: 'encryptionConfigurations name',
    optionalComputed: 'name',
    computed: 'arn registryId repositoryUrl tagsAll',
    name: ['name', 256],
  }),
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': row({
    source: 'aws_ecr_lifecycle_policy',
    forceNew: 'policy repository',
    computed: 'registryId',
    documents: 'policy',
  }),
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': row({
    source: 'aws_ecr_replication_configuration',
    computed: 'registryId',
    ordered: 'replicationConfiguration.rules replicationConfiguration.rules.destinations',
  }),
  'aws:efs/fileSystem:FileSystem': row({
    source: 'aws_efs_file_system',
    forceNew: 'availabilityZoneName creationToken encrypted kmsKeyId performanceMode',
    optionalComputed: 'availabilityZoneName creationToken encrypted kmsKeyId performanceMode protection',
    computed: 'arn availabilityZoneId dnsName name numberOfMountTargets ownerId sizeInBytes tagsAll',
  }),
  'aws:efs/accessPoint:AccessPoint': row({
    source: 'aws_efs_access_point',
    forceNew: 'fileSystemId posixUser rootDirectory',
    optionalComputed: 'rootDirectory',
    computed: 'arn fileSystemArn ownerId tagsAll',
  }),
  'aws:efs/mountTarget:MountTarget': row({
    source: 'aws_efs_mount_target',
    forceNew: 'fileSystemId ipAddress ipAddressType ipv6Address subnetId',
    optionalComputed: 'ipAddress ipAddressType ipv6Address securityGroups',
    computed: `availabilityZoneId availabilityZoneName dnsName fileSystemArn mountTargetDnsName networkInterfaceId
      ownerId`,
  }),
  'aws:efs/backupPolicy:BackupPolicy': row({ source: 'aws_efs_backup_policy', forceNew: 'fileSystemId' }),
  'aws:efs/fileSystemPolicy:FileSystemPolicy': row({
    source: 'aws_efs_file_system_policy',
    forceNew: 'fileSystemId',
    documents: 'policy',
  }),
  'aws:efs/replicationConfiguration:ReplicationConfiguration': row({
    source: 'aws_efs_replication_configuration',
    forceNew: 'destination sourceFileSystemId',
    computed: 'creationTime originalSourceFileSystemArn sourceFileSystemArn sourceFileSystemRegion',
    // The file system that EFS makes there is named in it.
    assigned: 'destination',
  }),
  'aws:scheduler/scheduleGroup:ScheduleGroup': row({
    source: 'aws_scheduler_schedule_group',
    forceNew: 'name namePrefix',
    optionalComputed: 'name namePrefix',
    computed: 'arn creationDate lastModificationDate state tagsAll',
    name: ['name', 64],
  }),
  'aws:scheduler/schedule:Schedule': row({
    source: 'aws_scheduler_schedule',
    forceNew: 'groupName name namePrefix',
    optionalComputed: 'actionAfterCompletion groupName name namePrefix',
    computed: 'arn',
    name: ['name', 64],
  }),
};
