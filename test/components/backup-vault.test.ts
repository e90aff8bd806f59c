import * as assert from 'node:assert/strict';
import { BackupPlan, type BackupPlanArgs } from '../../components/backup-plan';
import { BackupVault } from '../../components/backup-vault';
import type { Statement } from '../../components/iam';
import { RestoreTesting } from '../../components/restore-testing';
import { duration } from '../../recovery/duration';
import { ask, document, only, providerOptions, type Asked } from './support';

const vault = (): Promise<Asked[]> =>
  ask(() => {
    new BackupVault(
      'backups',
      { vaultName: 'agente-dr', keyArn: 'arn:key', keep: { atLeast: duration('30d'), atMost: duration('90d') } },
      providerOptions(),
    );
  });

describe('BackupVault', () => {
  it('is encrypted, protected, and never emptied by Pulumi', async () => {
    const { inputs, protected: guarded, parent } = only(await vault(), 'aws:backup/vault:Vault');
    assert.deepEqual([guarded, parent], [true, 'backups']);
    assert.deepEqual(inputs, { name: 'agente-dr', kmsKeyArn: 'arn:key', forceDestroy: false });
  });

  it('is locked for ever after the three days that AWS leaves to regret it', async () => {
    const { inputs, protected: guarded } = only(
      await vault(),
      'aws:backup/vaultLockConfiguration:VaultLockConfiguration',
    );
    assert.equal(guarded, true);
    assert.deepEqual(
      [inputs['changeableForDays'], inputs['minRetentionDays'], inputs['maxRetentionDays']],
      [3, 30, 90],
    );
  });

  it('forbids everybody to delete or shorten what lies in it, also while the lock can still be taken off', async () => {
    const { Statement: statements } = document(only(await vault(), 'aws:backup/vaultPolicy:VaultPolicy'), 'policy') as {
      Statement: Statement[];
    };
    assert.deepEqual(
      statements.map(({ Effect, Principal }) => [Effect, Principal]),
      [['Deny', '*']],
    );
    for (const action of ['backup:DeleteRecoveryPoint', 'backup:UpdateRecoveryPointLifecycle']) {
      assert.ok(statements[0]?.Action.includes(action), action);
    }
  });
});

describe('BackupPlan', () => {
  const args: BackupPlanArgs = {
    planName: 'agente-dr',
    accountId: '123456789012',
    region: 'us-east-1',
    vaultName: 'agente-dr',
    resourceArns: ['arn:database', 'arn:files'],
    schedule: 'cron(0 5 * * ? *)',
    keep: duration('30d'),
    copyTo: { vaultArn: 'arn:aws:backup:us-west-2:123456789012:backup-vault:agente-dr', keep: duration('90d') },
  };
  const plan = (changes: Partial<BackupPlanArgs> = {}): Promise<Asked[]> =>
    ask(() => {
      new BackupPlan('backup-plan', { ...args, ...changes }, providerOptions());
    });

  it('keeps snapshots here and a longer copy in the other region', async () => {
    const { inputs } = only(await plan(), 'aws:backup/plan:Plan');
    assert.deepEqual(inputs['rules'], [
      {
        ruleName: 'scheduled',
        targetVaultName: 'agente-dr',
        schedule: 'cron(0 5 * * ? *)',
        startWindow: 60,
        completionWindow: 240,
        lifecycle: { deleteAfter: 30 },
        copyActions: [{ destinationVaultArn: args.copyTo?.vaultArn, lifecycle: { deleteAfter: 90 } }],
      },
    ]);
  });

  it('backs up what it is given by ARN, with a role that cannot restore', async () => {
    const asked = await plan();
    const selection = only(asked, 'aws:backup/selection:Selection');
    assert.deepEqual(selection.inputs['resources'], ['arn:database', 'arn:files']);
    assert.deepEqual(selection.dependsOn, ['backup-plan-rights']);
    const rights = asked.filter(({ type }) => type === 'aws:iam/rolePolicyAttachment:RolePolicyAttachment');
    assert.deepEqual(
      rights.map(({ inputs }) => inputs['policyArn']),
      ['arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup'],
    );
    assert.equal(only(asked, 'aws:iam/role:Role').inputs['name'], 'agente-dr-backup-plan-us-east-1');
  });

  it('makes no copy where the other region has no vault', async () => {
    const [rule] = only(await plan({ copyTo: null }), 'aws:backup/plan:Plan').inputs['rules'] as [object];
    assert.deepEqual('copyActions' in rule ? rule.copyActions : [], []);
  });
});

describe('RestoreTesting', () => {
  it('restores the newest point of every database and file system in the vault, for a few hours', async () => {
    const asked = await ask(() => {
      new RestoreTesting(
        'restore-testing',
        {
          planName: 'agente_dr',
          accountId: '123456789012',
          region: 'us-east-1',
          vaultArn: 'arn:vault',
          schedule: 'cron(0 6 ? * SUN *)',
          databaseSubnetGroup: 'agente-dr-postgres',
        },
        providerOptions(),
      );
    });
    const { inputs } = only(asked, 'aws:backup/restoreTestingPlan:RestoreTestingPlan');
    assert.deepEqual(inputs['recoveryPointSelection'], {
      algorithm: 'LATEST_WITHIN_WINDOW',
      includeVaults: ['arn:vault'],
      recoveryPointTypes: ['SNAPSHOT'],
      selectionWindowDays: 7,
    });
    const selections = asked.filter(
      ({ type }) => type === 'aws:backup/restoreTestingSelection:RestoreTestingSelection',
    );
    assert.deepEqual(
      selections.map((one) => [
        one.inputs['protectedResourceType'],
        one.inputs['restoreMetadataOverrides'],
        one.inputs['validationWindowHours'],
      ]),
      [
        ['EFS', {}, 4],
        ['RDS', { dbSubnetGroupName: 'agente-dr-postgres' }, 4],
      ],
    );
  });
});
