import * as assert from 'node:assert/strict';
import { identitySecret } from '../../recovery/recipients';
import * as fc from 'fast-check';
import { arn } from '../../components/arn';
import { policyDocument } from '../../components/iam';
import { backupRights, restoreRights, validateRights, type RightsArgs } from '../../infra/rights';
import { leaseKey } from '../../scripts/lease/lease';
import { keysOf, ownerKey } from '../../scripts/vault/keys';
import { allows, type Request } from './policy-simulation';
import { shippedConfig } from './support';

const account = '123456789012';
const keyArn = `arn:aws:kms:us-east-1:${account}:key/1`;
const topicArn = `arn:aws:sns:us-east-1:${account}:agente-dr-alerts`;
const own = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const vault = 'arn:aws:s3:::agente-dr-vault-123456789012-us-east-1';
const keys = keysOf('postgres', 'primary-g1');
const point = `${vault}/${keys.point('1')}1.dump`;
const verdict = `${vault}/${keys.validations('1')}20261128T143000000Z.json`;
/** What only who takes a backup writes. */
const written = [
  keys.manifest('1'),
  keys.census('1'),
  ownerKey('postgres'),
  leaseKey('postgres'),
  'postgres/freeze.json',
];
const cacheSecret = own('secretsmanager', 'secret:agente-dr/cache/redis-a1b2c3');
const identity = arn.secretPattern('us-east-1', account, identitySecret).replace('??????', 'a1b2c3');
const metric = { 'cloudwatch:namespace': 'agente-dr' };

const documentOf = (rights: (args: RightsArgs) => Parameters<typeof policyDocument>[0]): Promise<string> =>
  new Promise((resolve) => {
    policyDocument(rights({ config: shippedConfig('primary'), keyArn, topicArn })).apply(resolve);
  });

/** Everything that destroys or shortens a recovery point, or the key to it. */
const destruction: readonly Request[] = [
  { action: 's3:DeleteObject', resource: point },
  { action: 's3:DeleteObjectVersion', resource: point },
  { action: 's3:DeleteBucket', resource: vault },
  { action: 's3:BypassGovernanceRetention', resource: point },
  { action: 's3:PutLifecycleConfiguration', resource: vault },
  { action: 's3:PutBucketVersioning', resource: vault },
  { action: 's3:PutReplicationConfiguration', resource: vault },
  { action: 'rds:DeleteDBInstance', resource: own('rds', 'db:agente-postgres-g1') },
  { action: 'rds:DeleteDBSnapshot', resource: own('rds', 'snapshot:agente-1') },
  { action: 'rds:DeleteDBInstanceAutomatedBackup', resource: own('rds', 'auto-backup:1') },
  { action: 'rds:ModifyDBInstance', resource: own('rds', 'db:agente-postgres-g1') },
  { action: 'elasticache:DeleteSnapshot', resource: own('elasticache', 'snapshot:agente-1') },
  { action: 'backup:DeleteRecoveryPoint', resource: own('backup', 'recovery-point:1') },
  { action: 'backup:DeleteBackupVault', resource: own('backup', 'backup-vault:agente-dr') },
  {
    action: 'secretsmanager:DeleteSecret',
    resource: own('secretsmanager', 'secret:agente-dr/database/postgres-a1b2c3'),
  },
  { action: 'elasticfilesystem:DeleteFileSystem', resource: own('elasticfilesystem', 'file-system/fs-1') },
  { action: 'kms:ScheduleKeyDeletion', resource: keyArn },
  { action: 'kms:DisableKey', resource: keyArn },
];

const roles = { backup: backupRights, restore: restoreRights, validate: validateRights } as const;
type Role = keyof typeof roles;

describe('rights of the toolbox', () => {
  const policies = {} as Record<Role, string>;
  before(async () => {
    for (const role of Object.keys(roles) as Role[]) policies[role] = await documentOf(roles[role]);
  });
  const may = (role: Role, request: Request): boolean => allows(policies[role], request);

  for (const role of Object.keys(roles) as Role[]) {
    it(`let ${role} destroy nothing`, () => {
      const allowed = destruction.filter((request) => may(role, request)).map(({ action }) => action);
      assert.deepEqual(allowed, []);
    });

    it(`let ${role} destroy nothing even where a later slip would allow everything`, () => {
      const { Statement } = JSON.parse(policies[role]) as { Statement: object[] };
      const slip = JSON.stringify({ Statement: [...Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] });
      const open = destruction.filter((request) => allows(slip, request)).map(({ action }) => action);
      // Changing an instance is not denied to all: a promotion by hand is one.
      assert.deepEqual(open, ['rds:ModifyDBInstance']);
    });

    it(`let ${role} report the age of what it made, and nothing in another's name`, () => {
      assert.equal(may(role, { action: 'cloudwatch:PutMetricData', resource: '*', context: metric }), true);
      const foreign = { 'cloudwatch:namespace': 'AWS/RDS' };
      assert.equal(may(role, { action: 'cloudwatch:PutMetricData', resource: '*', context: foreign }), false);
      assert.equal(may(role, { action: 'sns:Publish', resource: topicArn }), true);
    });
  }

  it('let backup write and read recovery points and snapshots of our own databases', () => {
    for (const request of [
      { action: 's3:PutObject', resource: point },
      { action: 's3:GetObject', resource: point },
      { action: 's3:ListBucket', resource: vault },
      { action: 'kms:GenerateDataKey', resource: keyArn },
      {
        action: 'secretsmanager:GetSecretValue',
        resource: own('secretsmanager', 'secret:agente-dr/cache/redis-a1b2c3'),
      },
      { action: 'rds:CreateDBSnapshot', resource: own('rds', 'db:agente-postgres-g1') },
      { action: 'elasticache:CreateSnapshot', resource: own('elasticache', 'replicationgroup:agente-redis-primary') },
    ]) {
      assert.equal(may('backup', request), true, request.action);
    }
  });

  it('let backup restore nothing, and touch nothing of others', () => {
    for (const request of [
      { action: 'rds:RestoreDBInstanceToPointInTime', resource: own('rds', 'db:agente-postgres-g2') },
      {
        action: 'secretsmanager:PutSecretValue',
        resource: own('secretsmanager', 'secret:agente-dr/cache/redis-a1b2c3'),
      },
      { action: 'secretsmanager:GetSecretValue', resource: own('secretsmanager', 'secret:payroll-a1b2c3') },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::agente-dr-control-123456789012-us-east-1/role.json' },
      { action: 's3:PutObject', resource: 'arn:aws:s3:::agente-dr-vault-123456789012-us-west-2/postgres/1' },
      { action: 'rds:CreateDBSnapshot', resource: own('rds', 'db:payroll') },
      { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/any` },
    ]) {
      assert.equal(may('backup', request), false, `${request.action} ${request.resource}`);
    }
  });

  it('let restore make new databases out of recovery points, and leave the vault as it is', () => {
    assert.equal(may('restore', { action: 's3:GetObjectVersion', resource: point }), true);
    for (const resource of ['db:agente-postgres-g1', 'db:agente-postgres-g2', 'subgrp:agente-dr-postgres']) {
      const request = { action: 'rds:RestoreDBInstanceToPointInTime', resource: own('rds', resource) };
      assert.equal(may('restore', request), true, resource);
    }
    assert.equal(may('restore', { action: 's3:PutObject', resource: point }), false);
  });

  it('let backup write what stands beside a point, and end an upload that it gives up', () => {
    for (const key of written)
      assert.equal(may('backup', { action: 's3:PutObject', resource: `${vault}/${key}` }), true);
    assert.equal(may('backup', { action: 's3:AbortMultipartUpload', resource: point }), true);
  });

  it('let backup find and read the secrets of the site, and change none', () => {
    assert.equal(may('backup', { action: 'secretsmanager:ListSecrets', resource: '*' }), true);
    for (const action of ['PutSecretValue', 'CreateSecret', 'RestoreSecret', 'UpdateSecret']) {
      assert.equal(may('backup', { action: `secretsmanager:${action}`, resource: cacheSecret }), false, action);
    }
  });

  it('let nobody at work read the key that opens recovery points, and backup not even by a later slip', () => {
    const request = { action: 'secretsmanager:GetSecretValue', resource: identity };
    for (const role of Object.keys(roles) as Role[]) assert.equal(may(role, request), false, role);
    const { Statement } = JSON.parse(policies.backup) as { Statement: object[] };
    const slip = JSON.stringify({ Statement: [...Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] });
    assert.equal(allows(slip, request), false);
  });

  it('let restore and validate write no recovery point, not even by a later slip', () => {
    for (const role of ['restore', 'validate'] as const) {
      const { Statement } = JSON.parse(policies[role]) as { Statement: object[] };
      const slip = JSON.stringify({ Statement: [...Statement, { Effect: 'Allow', Action: '*', Resource: '*' }] });
      for (const resource of [point, ...[keys.manifest('1'), keys.census('1')].map((key) => `${vault}/${key}`)]) {
        assert.equal(allows(slip, { action: 's3:PutObject', resource }), false, `${role} ${resource}`);
      }
    }
  });

  it('let restore bring secrets back, also those that were deleted, and none of others', () => {
    for (const action of ['GetSecretValue', 'PutSecretValue', 'RestoreSecret', 'CreateSecret']) {
      assert.equal(may('restore', { action: `secretsmanager:${action}`, resource: cacheSecret }), true, action);
      for (const resource of [identity, own('secretsmanager', 'secret:payroll-a1b2c3')]) {
        assert.equal(may('restore', { action: `secretsmanager:${action}`, resource }), false, `${action} ${resource}`);
      }
    }
    for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
      assert.equal(may('restore', { action, resource: keyArn }), true, action);
    }
  });

  it('let restore write nothing that lies in the vault, verdicts included', () => {
    for (const key of [...written, keys.validations('1') + 'x.json']) {
      assert.equal(may('restore', { action: 's3:PutObject', resource: `${vault}/${key}` }), false, key);
    }
  });

  it('let validate write its verdicts under the key of the site, and nothing else', () => {
    assert.equal(may('validate', { action: 's3:PutObject', resource: verdict }), true);
    assert.equal(may('validate', { action: 'kms:GenerateDataKey', resource: keyArn }), true);
    const disguised = [`${keys.catalogue}validations/1.json`, `${keys.point('1')}validations/1.json`];
    for (const key of [...written, keys.point('1') + '1.dump', ...disguised]) {
      assert.equal(may('validate', { action: 's3:PutObject', resource: `${vault}/${key}` }), false, key);
    }
    const control = 'arn:aws:s3:::agente-dr-control-123456789012-us-east-1';
    for (const [action, resource] of [
      ['s3:PutObject', `${control}/x/validations/role.json`],
      ['s3:AbortMultipartUpload', point],
      ['rds:CreateDBSnapshot', own('rds', 'db:agente-postgres-g1')],
      ['secretsmanager:GetSecretValue', cacheSecret],
      ['secretsmanager:ListSecrets', '*'],
    ] as const) {
      assert.equal(may('validate', { action, resource }), false, `${action} ${resource}`);
    }
  });

  it('let nobody delete an object, whatever its name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Role>('backup', 'restore', 'validate'),
        fc.constantFrom('s3:DeleteObject', 's3:DeleteObjectVersion', 's3:DeleteObjectTagging', 's3:deleteobject'),
        fc.webPath(),
        (role, action, key) => {
          assert.equal(may(role, { action, resource: `${vault}${key}` }), false);
        },
      ),
    );
  });
});
