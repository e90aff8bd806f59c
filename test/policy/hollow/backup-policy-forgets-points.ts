import * as aws from '@pulumi/aws';
import { siteKey } from '../parts';
import { account, at, home, type Place } from '../place';

export = function program(site: Place = at(home)): void {
  const vault = new aws.backup.Vault(
    'backup-vault',
    {
      name: 'agente-dr',
      kmsKeyArn: siteKey(site),
      forceDestroy: false,
    },
    { ...site, protect: true },
  );
  new aws.backup.VaultLockConfiguration(
    'backup-vault-lock',
    {
      backupVaultName: vault.name,
      changeableForDays: 3,
      minRetentionDays: 35,
      maxRetentionDays: 90,
    },
    site,
  );
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['backup:GetBackupVault', 'backup:DeleteBackupVault', 'backup:UpdateRecoveryPointLifecycle'],
        Resource: '*',
      },
    ],
  });
  new aws.backup.VaultPolicy('backup-vault-policy', { backupVaultName: vault.name, policy }, site);
  const plan = new aws.backup.Plan(
    'backup-plan',
    {
      rules: [
        {
          ruleName: 'daily',
          targetVaultName: vault.name,
          schedule: 'cron(0 5 * * ? *)',
          startWindow: 60,
          completionWindow: 240,
          lifecycle: { deleteAfter: 35 },
          copyActions: [
            {
              destinationVaultArn: `arn:aws:backup:us-west-2:${account}:backup-vault:agente-dr`,
              lifecycle: { deleteAfter: 90 },
            },
          ],
        },
      ],
    },
    site,
  );
  const files = new aws.efs.FileSystem(
    'logs-files',
    { encrypted: true, kmsKeyId: vault.kmsKeyArn },
    { ...site, protect: true },
  );
  const iamRoleArn = `arn:aws:iam::${account}:role/backup`;
  new aws.backup.Selection('backup-selection', { planId: plan.id, iamRoleArn, resources: [files.arn] }, site);
  const testing = new aws.backup.RestoreTestingPlan(
    'backup-testing',
    {
      scheduleExpression: 'cron(0 6 ? * SUN *)',
      recoveryPointSelection: {
        algorithm: 'LATEST_WITHIN_WINDOW',
        includeVaults: [vault.arn],
        recoveryPointTypes: ['SNAPSHOT'],
      },
    },
    site,
  );
  const tested = { restoreTestingPlanName: testing.name, iamRoleArn, protectedResourceType: 'EFS' };
  new aws.backup.RestoreTestingSelection('backup-testing-files', tested, site);
};
