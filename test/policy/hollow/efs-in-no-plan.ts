import * as aws from '@pulumi/aws';
import { backedUp, dataSubnets, siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const files = new aws.efs.FileSystem(
    'monitoring-files',
    {
      encrypted: true,
      kmsKeyId: keyArn,
    },
    { ...site, protect: true },
  );
  const subnets = dataSubnets(site);
  new aws.efs.MountTarget('monitoring-mount-a', { fileSystemId: files.id, subnetId: subnets[0] ?? '' }, site);
  new aws.efs.MountTarget('monitoring-mount-b', { fileSystemId: files.id, subnetId: subnets[1] ?? '' }, site);
  new aws.efs.BackupPolicy('monitoring-backups', { fileSystemId: files.id, backupPolicy: { status: 'ENABLED' } }, site);
  new aws.efs.ReplicationConfiguration(
    'monitoring-copy',
    {
      sourceFileSystemId: files.id,
      destination: { region: 'us-west-2' },
    },
    site,
  );
  backedUp(site, [files.arn].slice(1), keyArn);
};
