import * as aws from '@pulumi/aws';
import { backedUp, siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const restored = new aws.rds.Instance(
    'postgres-g2',
    {
      identifier: 'agente-postgres-g2',
      restoreToPointInTime: { sourceDbInstanceIdentifier: 'agente-postgres-g1', useLatestRestorableTime: true },
      instanceClass: 'db.m7g.large',
      multiAz: true,
      storageEncrypted: true,
      kmsKeyId: keyArn,
      backupRetentionPeriod: 35,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'agente-postgres-g2-final',
    },
    { ...site, protect: true },
  );
  backedUp(site, [restored.arn], keyArn);
};
