import * as aws from '@pulumi/aws';
import { backedUp, siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const cluster = new aws.rds.Cluster(
    'pms-cluster',
    {
      clusterIdentifier: 'agente-pms-g2',
      restoreToPointInTime: { sourceClusterIdentifier: 'agente-pms-g1', useLatestRestorableTime: true },
      engine: 'aurora-mysql',
      masterUsername: 'agente',
      manageMasterUserPassword: true,
      storageEncrypted: true,
      kmsKeyId: keyArn,
      backupRetentionPeriod: 35,
      backtrackWindow: 86_400,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'agente-pms-g2-final',
    },
    { ...site, protect: true },
  );
  const member = { clusterIdentifier: cluster.id, engine: 'aurora-mysql', instanceClass: 'db.r7g.large' } as const;
  new aws.rds.ClusterInstance('pms-a', { ...member, availabilityZone: 'us-east-1a' }, site);
  new aws.rds.ClusterInstance('pms-b', { ...member, availabilityZone: 'us-east-1b' }, site);
  backedUp(site, [cluster.arn], keyArn);
};
