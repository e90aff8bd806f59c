import * as aws from '@pulumi/aws';
import { backedUp, siteKey } from '../parts';
import { at, home, type Place } from '../place';

/** A copy that a drill looks at: the block can be taken out of the program, and takes nothing with it. */
export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const restored = new aws.rds.Instance(
    'postgres-drill',
    {
      identifier: 'drill-postgres',
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
      finalSnapshotIdentifier: 'drill-postgres-final',
    },
    {
      ...site,
      protect: true,
      ignoreChanges: ['restoreToPointInTime'],
    },
  );
  backedUp(site, [restored.arn], keyArn);
};
