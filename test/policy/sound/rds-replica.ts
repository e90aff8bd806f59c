import * as aws from '@pulumi/aws';
import { backedUp, siteKey } from '../parts';
import { account, at, away, home, type Place } from '../place';

export = function program(site: Place = at(away)): void {
  const keyArn = siteKey(site);
  const replica = new aws.rds.Instance(
    'postgres-g1',
    {
      identifier: 'agente-postgres-g1',
      replicateSourceDb: `arn:aws:rds:${home}:${account}:db:agente-postgres-g1`,
      instanceClass: 'db.m7g.large',
      storageEncrypted: true,
      kmsKeyId: keyArn,
      backupRetentionPeriod: 1,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'agente-postgres-g1-final',
    },
    { ...site, protect: true },
  );
  new aws.rds.InstanceAutomatedBackupsReplication(
    'postgres-g1-backups',
    {
      sourceDbInstanceArn: `arn:aws:rds:${home}:${account}:db:agente-postgres-g1`,
      kmsKeyId: keyArn,
      retentionPeriod: 35,
    },
    { ...site, protect: true },
  );
  backedUp(site, [replica.arn], keyArn, home);
};
