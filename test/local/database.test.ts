import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { DatabaseSpec, DatabaseState } from '../../local/api';
import type { Machine } from '../../local/machine';
import { instanceOf } from '../../local/realised/database-instance';
import { withSession } from '../../local/realised/postgres/session';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { until } from './database-support';
import { authorityOf, contextOf, removeMachine, testMachine } from './support';

const identifier = 'agente-postgres-g1';
const password = 'a password of the hotel';
const [primary, dr] = ['us-east-1', 'us-west-2'] as const;

const primarySpec: DatabaseSpec = {
  identifier,
  engine: 'postgres',
  databaseName: 'agente_db',
  user: 'agente_user',
  password,
  backupRetentionDays: 7,
  multiAz: true,
  deletionProtection: true,
  parameterGroup: 'agente',
  source: null,
};
const replicaSpec: DatabaseSpec = {
  ...primarySpec,
  databaseName: null,
  user: null,
  password: null,
  parameterGroup: null,
  source: { region: primary, identifier },
};

describe('a database of a region', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  let states: { primary: DatabaseState; replica: DatabaseState };

  const refuses = (code: string, work: Promise<unknown>) => assert.rejects(work, { name: 'RegionRefusal', code });

  async function query(of: DatabaseState, sql: string): Promise<unknown[][]> {
    const client = new Client({
      ...of.endpoint,
      user: of.user,
      password,
      database: of.databaseName,
      ssl: { ca: authorityOf(machine) },
    });
    await client.connect();
    try {
      return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
    } finally {
      await client.end();
    }
  }
  const bookings = async (of: DatabaseState) => Number((await query(of, 'SELECT count(*) FROM bookings'))[0]?.[0]);

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    const parameters = { work_mem: '8192', 'rds.force_ssl': '1', shared_buffers: '{DBInstanceClassMemory/32768}' };
    await call(primary, 'putParameterGroup', { name: 'agente', parameters });
    const made = await call(primary, 'createDatabase', primarySpec);
    states = { primary: made, replica: await call(dr, 'createDatabase', replicaSpec) };
    await query(states.primary, 'CREATE TABLE bookings (id int primary key)');
    const sql = "SELECT count(*) FROM pg_tables WHERE tablename = 'bookings'";
    await until('the replica has the table', 5, async () => (await query(states.replica, sql))[0]?.[0] === '1');
  });
  after(() => removeMachine(machine));

  it('gives its master user a database of its own and the parameters that PostgreSQL knows', async () => {
    assert.equal(states.primary.replica, false);
    assert.deepEqual(await query(states.primary, 'SHOW work_mem'), [['8MB']]);
    assert.deepEqual(await query(states.primary, "SELECT rolsuper FROM pg_roles WHERE rolname = 'agente_user'"), [
      [false],
    ]);
  });

  it('rejects a connection without TLS', async () => {
    const { endpoint, user, databaseName } = states.primary;
    const client = new Client({ ...endpoint, user, password, database: databaseName, ssl: false });
    await assert.rejects(client.connect(), /no encryption/);
  });

  it('is the same database when a killed engine creates it again', async () => {
    const again = await call(primary, 'createDatabase', primarySpec);
    assert.deepEqual(again.endpoint, states.primary.endpoint);
  });

  it('rejects what RDS rejects', async () => {
    await refuses('DBInstanceAlreadyExists', call(primary, 'createDatabase', { ...primarySpec, user: 'somebody' }));
    await refuses(
      'InvalidParameterValue',
      call(primary, 'createDatabase', { ...primarySpec, identifier: 'x', backupRetentionDays: 36 }),
    );
    await refuses('InvalidParameterCombination', call(primary, 'deleteDatabase', { identifier }));
    await refuses('InvalidDBInstanceState', call(primary, 'modifyDatabase', { identifier, change: { promote: true } }));
    await refuses(
      'DBInstanceNotFound',
      call(dr, 'modifyDatabase', { identifier: 'nobody', change: { multiAz: false } }),
    );
    const orphan = { ...replicaSpec, identifier: 'orphan', source: { region: primary, identifier: 'nobody' } };
    await refuses('DBInstanceNotFound', call(dr, 'createDatabase', orphan));
    await refuses('InvalidDBParameterGroupState', call(primary, 'deleteParameterGroup', { name: 'agente' }));
  });

  it('rejects a replica of a database without backups', async () => {
    const change = (backupRetentionDays: number) =>
      call(primary, 'modifyDatabase', { identifier, change: { backupRetentionDays } });
    await change(0);
    await refuses('InvalidDBInstanceState', call(dr, 'createDatabase', { ...replicaSpec, identifier: 'unprotected' }));
    await change(7);
  });

  it('streams its changes to a replica that refuses writes', async () => {
    assert.equal(states.replica.replica, true);
    await query(states.primary, 'INSERT INTO bookings VALUES (1)');
    await until('the booking is on the replica', 5, async () => (await bookings(states.replica)) === 1);
    await assert.rejects(query(states.replica, 'INSERT INTO bookings VALUES (2)'), /read-only/);
  });

  it('feels the distance: a commit reaches the replica no sooner than light would', async () => {
    const begin = Date.now();
    await query(states.primary, 'INSERT INTO bookings VALUES (2)');
    await until('the booking is on the replica', 5, async () => (await bookings(states.replica)) === 2);
    assert.ok(Date.now() - begin >= 40, 'one way takes 40 ms');
  });

  it('holds changes back while the link is cut, and catches up when it flows again', async () => {
    await call('global', 'setLink', { a: dr, b: primary, up: false });
    await query(states.primary, 'INSERT INTO bookings VALUES (3)');
    await pause(1_000);
    assert.equal(await bookings(states.replica), 2);
    await call('global', 'setLink', { a: dr, b: primary, up: true });
    await until('the booking is on the replica', 15, async () => (await bookings(states.replica)) === 3);
  });

  it('says until when it can be restored, from what lies in its repository', async () => {
    const restorable = async () =>
      (await call(primary, 'describeDatabase', { identifier }))?.latestRestorableTime ?? null;
    await until('there is a first backup', 30, async () => (await restorable()) !== null);
    const before = Date.parse((await restorable()) ?? '');
    assert.ok(before <= Date.now());
    const mark = Date.now();
    await query(states.primary, 'INSERT INTO bookings VALUES (4)');
    const { port } = states.primary.endpoint;
    const instance = instanceOf(contextOf(machine, primary), { identifier, port, archive: '' });
    await withSession(instance, (session) => session.query('SELECT pg_switch_wal()'));
    // Not the time of archiving: the last commit that the archive holds.
    await until(
      'the archive reaches the booking',
      15,
      async () => Date.parse((await restorable()) ?? '') >= mark - 1_000,
    );
    assert.ok(Date.parse((await restorable()) ?? '') <= Date.now());
  });

  it('accepts writes after its promotion, which may be asked for again', async () => {
    await until('the replica has all', 5, async () => (await bookings(states.replica)) === 4);
    const begin = Date.now();
    const promoted = await call(dr, 'modifyDatabase', { identifier, change: { promote: true, multiAz: true } });
    const took = Date.now() - begin;
    assert.equal(promoted.replica, false);
    assert.deepEqual(promoted.endpoint, states.replica.endpoint);
    await query(promoted, 'INSERT INTO bookings VALUES (5)');
    assert.equal((await call(dr, 'modifyDatabase', { identifier, change: { promote: true } })).replica, false);
    assert.equal(await bookings(promoted), 5);
    assert.ok(took < 5_000, `promotion took ${String(took)} ms`);
  });

  it('keeps backups of its own in its own region once it is promoted', async () => {
    await until('there is a first backup', 30, async () => {
      const state = await call(dr, 'describeDatabase', { identifier });
      return state?.latestRestorableTime !== null;
    });
  });

  it('comes back by itself with all it acknowledged when its server is killed', async () => {
    const server = async () => (await call(dr, 'status', {})).parts.find((part) => part.kind === 'database');
    const pid = (await server())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await until('a new server runs', 15, async () => {
      const now = await server();
      return now?.state === 'running' && now.pid !== pid;
    });
    assert.equal(await bookings(states.replica), 5);
  });

  it('is gone when it is deleted without protection', async () => {
    await call(dr, 'modifyDatabase', { identifier, change: { deletionProtection: false } });
    await call(dr, 'deleteDatabase', { identifier });
    assert.equal(await call(dr, 'describeDatabase', { identifier }), null);
    await assert.rejects(bookings(states.replica), /ECONNREFUSED/);
  });
});
