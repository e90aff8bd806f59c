import * as assert from 'node:assert/strict';
import { Database, standbyBackupWindow, type DatabaseOrigin } from '../../components/database';
import { checkNoReturn } from '../../components/no-return';
import { AgenteError } from '../../recovery/errors';
import { duration } from '../../recovery/duration';
import { ask, only, providerOptions, type Asked } from './support';

const own: DatabaseOrigin = {
  kind: 'own',
  databaseName: 'agente_db',
  user: 'agente_user',
  password: 'long enough',
  passwordVersion: 1,
  engineVersion: '17.7',
  storage: 100,
};
const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:agente-postgres-g1';
const replica = (promoted: boolean): DatabaseOrigin => ({ kind: 'replica', sourceArn, promoted });

async function instance(origin: DatabaseOrigin, active = true): Promise<Asked> {
  const asked = await ask(() => {
    new Database(
      'postgres',
      {
        identifier: 'agente-postgres-g1',
        generation: 1,
        origin,
        instanceClass: 'db.m7g.large',
        majorVersion: 17,
        backupWindow: active ? duration('35d') : standbyBackupWindow,
        multiAz: active,
        keepWalForReplica: 20_480,
        keyArn: 'arn:key',
        vpcId: 'vpc',
        subnetIds: ['a', 'b', 'c'],
        clientSecurityGroupId: 'tasks',
      },
      providerOptions(),
    );
  });
  return only(asked, 'aws:rds/instance:Instance');
}

describe('Database', () => {
  it('is encrypted, protected in Pulumi and in RDS, and leaves a snapshot when it is deleted', async () => {
    const { inputs, protected: guarded, parent, name } = await instance(own);
    assert.equal(name, 'postgres-g1');
    assert.equal(parent, 'postgres');
    assert.equal(guarded, true);
    assert.equal(inputs['storageEncrypted'], true);
    assert.equal(inputs['deletionProtection'], true);
    assert.equal(inputs['skipFinalSnapshot'], false);
    assert.equal(inputs['finalSnapshotIdentifier'], 'agente-postgres-g1-final');
    assert.equal(inputs['publiclyAccessible'], false);
    assert.equal(inputs['backupRetentionPeriod'], 35);
  });

  it('says of a replica nothing that RDS refuses to hear of one', async () => {
    const { inputs } = await instance(replica(false), false);
    assert.equal(inputs['replicateSourceDb'], sourceArn);
    for (const refused of ['engine', 'engineVersion', 'dbName', 'username', 'passwordWo', 'allocatedStorage']) {
      assert.equal(refused in inputs, false, refused);
    }
  });

  it('keeps backups on while it is a replica, because a promotion inherits what it finds', async () => {
    const { inputs } = await instance(replica(false), false);
    assert.equal(inputs['backupRetentionPeriod'], 1);
  });

  it('is promoted by three changed properties and no other', async () => {
    const [before, after] = [await instance(replica(false), false), await instance(replica(true), true)];
    assert.equal(before.name, after.name);
    const keys = [...new Set([...Object.keys(before.inputs), ...Object.keys(after.inputs)])];
    const changed = keys.filter((key) => JSON.stringify(before.inputs[key]) !== JSON.stringify(after.inputs[key]));
    assert.deepEqual(changed.sort(), ['backupRetentionPeriod', 'multiAz', 'replicateSourceDb']);
  });

  it('bounds the WAL that is kept for a dead replica, and speaks TLS only', async () => {
    const asked = await ask(() => {
      new Database(
        'postgres',
        {
          identifier: 'agente-postgres-g1',
          generation: 1,
          origin: own,
          instanceClass: 'db.m7g.large',
          majorVersion: 17,
          backupWindow: duration('35d'),
          multiAz: true,
          keepWalForReplica: 20_480,
          keyArn: 'arn:key',
          vpcId: 'vpc',
          subnetIds: ['a'],
          clientSecurityGroupId: 'tasks',
        },
        providerOptions(),
      );
    });
    assert.deepEqual(only(asked, 'aws:rds/parameterGroup:ParameterGroup').inputs['parameters'], [
      { name: 'rds.force_ssl', value: '1', applyMethod: 'pending-reboot' },
      { name: 'max_slot_wal_keep_size', value: '20480', applyMethod: 'pending-reboot' },
    ]);
  });
});

describe('guard of a promoted database', () => {
  it('rejects a database that stands alone and would become a replica again', () => {
    assert.throws(
      () => {
        checkNoReturn('postgres-g1', {}, { replicateSourceDb: sourceArn });
      },
      (error: unknown) =>
        error instanceof AgenteError && error.code === 'role-ratchet' && /generation/.test(error.hint),
    );
  });

  it('rejects a replica that would follow another source', () => {
    assert.throws(() => {
      checkNoReturn('postgres-g1', { replicateSourceDb: 'other' }, { replicateSourceDb: sourceArn });
    }, /would follow/);
  });

  it('lets a replica stay one, be promoted, and be changed afterwards', () => {
    checkNoReturn('postgres-g1', { replicateSourceDb: sourceArn }, { replicateSourceDb: sourceArn });
    checkNoReturn('postgres-g1', { replicateSourceDb: sourceArn }, {});
    checkNoReturn('postgres-g1', { multiAz: false }, { multiAz: true });
  });
});
