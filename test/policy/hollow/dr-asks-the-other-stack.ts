import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { account, at, away, home, type Place } from '../place';

/** Of the stack of the region that must stand when the other is gone. */
export = function program(site: Place = at(away)): void {
  const asked = 'organization/agente-dr/primary';
  new pulumi.StackReference(asked, {}, site.parent === undefined ? {} : { parent: site.parent });
  new aws.kms.Key(
    'key-key',
    {
      deletionWindowInDays: 30,
      region: 'us-west-2',
    },
    { ...site, protect: true },
  );
  new aws.cloudwatch.LogGroup(
    'toolbox-logs',
    {
      retentionInDays: 30,
      kmsKeyId: `arn:aws:kms:us-west-2:${account}:key/own`,
    },
    site,
  );
  new aws.ecs.TaskDefinition(
    'toolbox-task',
    {
      family: 'agente-dr-toolbox',
      containerDefinitions: JSON.stringify([
        {
          name: 'toolbox',
          image: `${account}.dkr.ecr.us-west-2.amazonaws.com/toolbox@sha256:${'0'.repeat(64)}`,
          secrets: [{ name: 'PASSWORD', valueFrom: `arn:aws:secretsmanager:us-west-2:${account}:secret:postgres` }],
        },
      ]),
    },
    site,
  );
  new aws.rds.InstanceAutomatedBackupsReplication(
    'postgres-g1-backups',
    {
      sourceDbInstanceArn: `arn:aws:rds:${home}:${account}:db:agente-postgres-g1`,
      kmsKeyId: `arn:aws:kms:us-west-2:${account}:key/own`,
      retentionPeriod: 35,
    },
    { ...site, protect: true },
  );
};
