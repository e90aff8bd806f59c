import * as aws from '@pulumi/aws';
import { backedUp, dataSubnets, siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const keyArn = siteKey(site);
  const subnets = new aws.rds.SubnetGroup('postgres-subnets', { subnetIds: dataSubnets(site) }, site);
  const database = new aws.rds.Instance(
    'postgres-g1',
    {
      identifier: 'agente-postgres-g1',
      instanceClass: 'db.m7g.large',
      engine: 'postgres',
      engineVersion: '17.5',
      allocatedStorage: 100,
      username: 'agente',
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      multiAz: true,
      storageEncrypted: true,
      backupRetentionPeriod: 35,
      copyTagsToSnapshot: true,
      applyImmediately: true,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: 'agente-postgres-g1-final',
    },
    { ...site, protect: true },
  );
  backedUp(site, [database.arn], keyArn);
};
