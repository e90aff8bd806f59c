import * as aws from '@pulumi/aws';
import { account, at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:role/backup` },
        Action: 'kms:Decrypt',
        Resource: '*',
      },
    ],
  });
  new aws.kms.Key(
    'key-key',
    {
      enableKeyRotation: true,
      isEnabled: true,
      multiRegion: false,
      bypassPolicyLockoutSafetyCheck: false,
      deletionWindowInDays: 30,
      policy,
    },
    { ...site, protect: true },
  );
};
