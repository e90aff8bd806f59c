import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.elasticache.ReplicationGroup(
    'redis-group',
    {
      description: 'sessions at hand',
      engine: 'valkey',
      engineVersion: '9.0',
      nodeType: 'cache.m7g.large',
      clusterMode: 'enabled',
      numNodeGroups: 1,
      replicasPerNodeGroup: 0,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      durability: 'async',
      atRestEncryptionEnabled: true,
      kmsKeyId: siteKey(site),
      snapshotRetentionLimit: 2,
      finalSnapshotIdentifier: 'agente-redis-final',
    },
    { ...site, protect: true },
  );
};
