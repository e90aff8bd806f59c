import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { account, at, away, home, type Place } from '../place';

export = function program(site: Place = at(away)): void {
  new aws.rds.SnapshotCopy(
    'postgres-copy',
    {
      sourceDbSnapshotIdentifier: `arn:aws:rds:${home}:${account}:snapshot:agente-postgres-monthly`,
      targetDbSnapshotIdentifier: 'agente-postgres-monthly',
      tags: { key: siteKey(site) },
    },
    site,
  );
};
