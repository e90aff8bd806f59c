import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { account, away, type Place } from './place';

/** What a program needs to be whole and is not about. */
export function siteKey(place: Place): pulumi.Output<string> {
  const key = new aws.kms.Key('key-key', { deletionWindowInDays: 30 }, { ...place, protect: true });
  return key.arn;
}

/** Two zones. */
export function dataSubnets(place: Place): pulumi.Output<string>[] {
  const vpc = new aws.ec2.Vpc('network-vpc', { cidrBlock: '10.20.0.0/16' }, place);
  return ['a', 'b'].map((zone, index) => {
    const availabilityZone = `us-east-1${zone}`;
    const cidrBlock = `10.20.${String(index)}.0/24`;
    return new aws.ec2.Subnet(`network-${zone}`, { vpcId: vpc.id, availabilityZone, cidrBlock }, place).id;
  });
}

/** A locked vault, a daily plan that copies to the other region, and a restore test for each kind. */
export function backedUp(
  place: Place,
  resources: pulumi.Output<string>[],
  keyArn: pulumi.Input<string>,
  copies = away,
): void {
  const vault = new aws.backup.Vault('backup-vault', { kmsKeyArn: keyArn }, { ...place, protect: true });
  const lock = { backupVaultName: vault.name, changeableForDays: 3, minRetentionDays: 35, maxRetentionDays: 90 };
  new aws.backup.VaultLockConfiguration('backup-lock', lock, place);
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: ['backup:Delete*', 'backup:UpdateRecoveryPointLifecycle'],
        Resource: '*',
      },
    ],
  });
  new aws.backup.VaultPolicy('backup-policy', { backupVaultName: vault.name, policy }, place);
  const destinationVaultArn = `arn:aws:backup:${copies}:${account}:backup-vault:agente-dr`;
  const rule = {
    ruleName: 'daily',
    targetVaultName: vault.name,
    schedule: 'cron(0 5 * * ? *)',
    startWindow: 60,
    completionWindow: 240,
    lifecycle: { deleteAfter: 35 },
    copyActions: [{ destinationVaultArn, lifecycle: { deleteAfter: 90 } }],
  };
  const plan = new aws.backup.Plan('backup-plan', { rules: [rule] }, place);
  const iamRoleArn = `arn:aws:iam::${account}:role/backup`;
  new aws.backup.Selection('backup-selection', { planId: plan.id, iamRoleArn, resources }, place);
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
    place,
  );
  for (const protectedResourceType of ['RDS', 'Aurora', 'EFS']) {
    const tested = { restoreTestingPlanName: testing.name, iamRoleArn, protectedResourceType };
    new aws.backup.RestoreTestingSelection(`backup-test-${protectedResourceType}`, tested, place);
  }
}
