import * as assert from 'node:assert/strict';
import { Database, standbyBackupWindow, type DatabaseArgs, type DatabaseGeneration } from '../../components/database';
import type { DatabaseEngine } from '../../components/database-engine';
import type { DatabaseOrigin } from '../../components/database-origin';
import { checkNoReturn } from '../../components/no-return';
import { AgenteError } from '../../recovery/errors';
import { duration } from '../../recovery/duration';
import { ask, only, providerOptions, type Asked } from './support';

const postgres: DatabaseEngine = { name: 'postgres', version: '17.7', keepWalForReplica: 20_480 };
const mysql: DatabaseEngine = { name: 'mysql', version: '8.4.7' };
const own: DatabaseOrigin = {
  kind: 'own',
  databaseName: 'agente_db',
  user: 'agente_user',
  password: 'long enough',
  passwordVersion: 1,
  storage: 100,
};
const sourceArn = 'arn:aws:rds:us-east-1:123456789012:db:agente-postgres-g1';
const replica = (promoted: boolean): DatabaseOrigin => ({ kind: 'replica', sourceArn, promoted });
const restored = (at: string): DatabaseOrigin => ({ kind: 'restored', from: { identifier: 'agente-postgres-g1' }, at });

const generation = (number: number, origin: DatabaseOrigin, active = true): DatabaseGeneration => ({
  generation: number,
  identifier: `agente-postgres-g${String(number)}`,
  origin,
  instanceClass: 'db.m7g.large',
  backupWindow: active ? duration('35d') : standbyBackupWindow,
  multiAz: active,
});

const database = (args: Partial<DatabaseArgs> & Pick<DatabaseArgs, 'current'>, name = 'postgres'): Promise<Asked[]> =>
  ask(() => {
    new Database(
      name,
      {
        engine: postgres,
        keyArn: 'arn:key',
        vpcId: 'vpc',
        subnetIds: ['a', 'b', 'c'],
        clientSecurityGroupId: 'tasks',
        ...args,
      },
      providerOptions(),
    );
  });

const instance = async (origin: DatabaseOrigin, active = true, engine: DatabaseEngine = postgres): Promise<Asked> =>
  only(await database({ engine, current: generation(1, origin, active) }), 'aws:rds/instance:Instance');

const parameters = async (engine: DatabaseEngine, name: string): Promise<Readonly<Record<string, unknown>>> =>
  only(await database({ engine, current: generation(1, own) }, name), 'aws:rds/parameterGroup:ParameterGroup').inputs;

const changed = (one: Asked, other: Asked): string[] =>
  [...new Set([...Object.keys(one.inputs), ...Object.keys(other.inputs)])]
    .filter((key) => JSON.stringify(one.inputs[key]) !== JSON.stringify(other.inputs[key]))
    .sort();

describe('Database', () => {
  it('is encrypted, protected in Pulumi and in RDS, and leaves a snapshot when it is deleted', async () => {
    for (const engine of [postgres, mysql]) {
      const { inputs, protected: guarded, parent, name } = await instance(own, true, engine);
      assert.equal(name, 'postgres-g1');
      assert.equal(parent, 'postgres');
      assert.equal(guarded, true);
      assert.equal(inputs['storageEncrypted'], true);
      assert.equal(inputs['kmsKeyId'], 'arn:key');
      assert.equal(inputs['deletionProtection'], true);
      assert.equal(inputs['skipFinalSnapshot'], false);
      assert.equal(inputs['finalSnapshotIdentifier'], 'agente-postgres-g1-final');
      assert.equal(inputs['publiclyAccessible'], false);
      assert.equal(inputs['backupRetentionPeriod'], 35);
    }
  });

  it('is the engine it is told to be, behind that one port', async () => {
    for (const [engine, version, port] of [
      [postgres, '17.7', 5432],
      [mysql, '8.4.7', 3306],
    ] as const) {
      const asked = await database({ engine, current: generation(1, own) });
      const { inputs } = only(asked, 'aws:rds/instance:Instance');
      assert.deepEqual([inputs['engine'], inputs['engineVersion'], inputs['port']], [engine.name, version, port]);
      const door = only(asked, 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs;
      assert.deepEqual([door['fromPort'], door['toPort'], door['referencedSecurityGroupId']], [port, port, 'tasks']);
    }
  });

  it('writes its password where no state keeps it', async () => {
    const { inputs } = await instance(own);
    assert.equal(inputs['passwordWo'], 'long enough');
    assert.equal('password' in inputs, false);
    assert.equal('manageMasterUserPassword' in inputs, false);
  });

  for (const engine of [postgres, mysql]) {
    it(`says of a replica nothing that RDS refuses to hear of one (${engine.name})`, async () => {
      const { inputs } = await instance(replica(false), false, engine);
      assert.equal(inputs['replicateSourceDb'], sourceArn);
      for (const refused of ['engine', 'engineVersion', 'dbName', 'username', 'passwordWo', 'allocatedStorage']) {
        assert.equal(refused in inputs, false, refused);
      }
    });

    it(`is promoted by three changed properties and no other (${engine.name})`, async () => {
      const [before, after] = [
        await instance(replica(false), false, engine),
        await instance(replica(true), true, engine),
      ];
      assert.equal(before.name, after.name);
      assert.deepEqual(changed(before, after), ['backupRetentionPeriod', 'multiAz', 'replicateSourceDb']);
    });
  }

  it('keeps backups on while it is a replica, because a promotion inherits what it finds', async () => {
    const { inputs } = await instance(replica(false), false);
    assert.equal(inputs['backupRetentionPeriod'], 1);
  });

  it('bounds the WAL that is kept for a dead PostgreSQL replica, and speaks TLS only', async () => {
    const { name, family, parameters: said } = await parameters(postgres, 'postgres');
    assert.deepEqual([name, family], ['agente-dr-postgres-17', 'postgres17']);
    assert.deepEqual(said, [
      { name: 'rds.force_ssl', value: '1', applyMethod: 'pending-reboot' },
      { name: 'max_slot_wal_keep_size', value: '20480', applyMethod: 'pending-reboot' },
    ]);
  });

  it('has rows and identified transactions in the binary log of MySQL, and speaks TLS only', async () => {
    const { name, family, parameters: said } = await parameters(mysql, 'pms');
    assert.deepEqual([name, family], ['agente-dr-pms-8-4', 'mysql8.4']);
    assert.deepEqual(said, [
      { name: 'require_secure_transport', value: '1', applyMethod: 'pending-reboot' },
      { name: 'binlog_format', value: 'ROW', applyMethod: 'pending-reboot' },
      { name: 'gtid-mode', value: 'ON', applyMethod: 'pending-reboot' },
      { name: 'enforce_gtid_consistency', value: 'ON', applyMethod: 'pending-reboot' },
    ]);
  });
});

describe('a restored database', () => {
  it('is an instance of its own that says where it came from, and nothing else of it', async () => {
    const { name, inputs } = only(
      await database({ current: generation(2, restored('2026-11-24T00:00:00-03:00')) }),
      'aws:rds/instance:Instance',
    );
    assert.equal(name, 'postgres-g2');
    assert.deepEqual(inputs['restoreToPointInTime'], {
      sourceDbInstanceIdentifier: 'agente-postgres-g1',
      restoreTime: '2026-11-24T03:00:00Z',
    });
    for (const inherited of ['engine', 'engineVersion', 'dbName', 'username', 'passwordWo', 'allocatedStorage']) {
      assert.equal(inherited in inputs, false, inherited);
    }
  });

  it('comes from copied backups where the source went with its region', async () => {
    const from = { automatedBackupsArn: 'arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1' };
    const { inputs } = await instance({ kind: 'restored', from, at: 'latest' });
    assert.deepEqual(inputs['restoreToPointInTime'], {
      sourceDbInstanceAutomatedBackupsArn: from.automatedBackupsArn,
      useLatestRestorableTime: true,
    });
  });

  it('rejects a moment without offset, with fractions, or that no calendar has', async () => {
    for (const at of [
      '2026-11-24T03:00:00',
      '2026-11-24 03:00:00Z',
      '2026-11-24T03:00:00.5Z',
      '2026-02-30T03:00:00Z',
      '2026-13-24T03:00:00Z',
    ]) {
      await assert.rejects(
        instance(restored(at)),
        (error: unknown) =>
          error instanceof AgenteError && error.code === 'config-invalid' && /offset/.test(error.hint),
        at,
      );
    }
  });
});

describe('copied backups of a database', () => {
  const type = 'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication';

  it('are pulled from the source of a replica, under the key of the site that keeps them, and only forgotten', async () => {
    const copy = only(await database({ current: generation(1, replica(false), false) }), type);
    assert.deepEqual([copy.name, copy.parent, copy.protected], ['postgres-g1-backups', 'postgres', true]);
    assert.deepEqual(
      [copy.retainOnDelete, copy.ignoreChanges],
      [true, ['sourceDbInstanceArn', 'kmsKeyId', 'retentionPeriod']],
    );
    assert.deepEqual(copy.inputs, { sourceDbInstanceArn: sourceArn, kmsKeyId: 'arn:key', retentionPeriod: 35 });
  });

  it('stay as they are when the replica is promoted, so that nobody asks the region that is gone', async () => {
    const of = async (promoted: boolean) =>
      only(await database({ current: generation(1, replica(promoted), promoted) }), type);
    assert.deepEqual(await of(true), await of(false));
  });

  it('are nobody’s where the database was made or restored', async () => {
    for (const origin of [own, restored('latest')]) {
      const asked = await database({ current: generation(1, origin) });
      assert.deepEqual(
        asked.filter((one) => one.type === type),
        [],
      );
    }
  });
});

describe('generations of a database', () => {
  it('leave an older one exactly as it was when it was current', async () => {
    const before = await database({ current: generation(1, replica(true)) });
    const after = await database({
      current: generation(2, replica(false), false),
      retained: [generation(1, replica(true))],
    });
    // Each program makes its own function for the hook; that there is one is what must not change.
    const told = ({ beforeUpdate, ...rest }: Asked) => ({ ...rest, hooks: beforeUpdate.length });
    for (const one of before) {
      const same = only(after, one.type, one.name);
      assert.deepEqual(told(same), told(one), `${one.type} ${one.name}`);
    }
    assert.equal(only(after, 'aws:rds/instance:Instance', 'postgres-g2').protected, true);
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
