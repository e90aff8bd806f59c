import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.elasticache.ServerlessCache(
    'redis-serverless',
    {
      name: 'agente-redis',
      engine: 'valkey',
      kmsKeyId: siteKey(site),
      snapshotRetentionLimit: 2,
    },
    { ...site, protect: true },
  );
};
