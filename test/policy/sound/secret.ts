import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  new aws.secretsmanager.Secret(
    'database-password-secret',
    {
      name: 'agente-dr/database/postgres',
      kmsKeyId: siteKey(site),
      recoveryWindowInDays: 30,
      replicas: [{ region: 'us-west-2', kmsKeyId: 'alias/agente-dr-dr' }],
    },
    { ...site, protect: true },
  );
};
