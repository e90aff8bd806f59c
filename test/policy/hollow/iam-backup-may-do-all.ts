import * as aws from '@pulumi/aws';
import { account, at, home, type Place } from '../place';

const vault = 'arn:aws:s3:::agente-dr-vault-123456789012-us-east-1/*';

export = function program(site: Place = at(home)): void {
  const backs = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: vault }],
  });
  new aws.iam.RolePolicy('backups-work', { role: 'backup', policy: backs }, site);
  const restores = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: vault },
      { Effect: 'Allow', Action: 'rds:RestoreDBInstanceToPointInTime', Resource: `arn:aws:rds:*:${account}:*` },
    ],
  });
  new aws.iam.RolePolicy('restores-work', { role: 'restore', policy: restores }, site);
  new aws.iam.RolePolicyAttachment(
    'backups-logs',
    {
      role: 'backup',
      policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy',
    },
    site,
  );
};
