import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { DatabaseState } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { ask, dr, password, pmsSpec, primary, replicaOf, until } from './database-support';
import { removeMachine, testMachine } from './support';

const identifier = 'agente-dr-pms-g1';
const spec = pmsSpec({ identifier, parameterGroup: 'pms' });
const replicaSpec = replicaOf(spec, { region: primary, identifier });

describe('a MySQL database of a region', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  let states: { primary: DatabaseState; replica: DatabaseState };

  const query = (of: DatabaseState, sql: string) => ask(machine, of, sql);
  const rooms = async (of: DatabaseState) => Number((await query(of, 'SELECT count(*) FROM rooms'))[0]);
  const server = async (region: string) =>
    (await call(region, 'status', {})).parts.find((part) => part.kind === 'database');

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    const parameters = {
      require_secure_transport: '1',
      'gtid-mode': 'ON',
      binlog_format: 'ROW',
      collation_server: 'utf8mb4_0900_ai_ci',
      lower_case_table_names: '1',
      innodb_buffer_pool_size: '{DBInstanceClassMemory*3/4}',
    };
    await call(primary, 'putParameterGroup', { name: 'pms', parameters });
    const made = await call(primary, 'createDatabase', spec);
    await query(made, 'CREATE TABLE rooms (id int primary key)');
    await query(made, 'INSERT INTO rooms VALUES (1)');
    states = { primary: made, replica: await call(dr, 'createDatabase', replicaSpec) };
  });
  after(() => removeMachine(machine));

  it('gives its master user a database, and the parameters that MariaDB knows', async () => {
    assert.equal(states.primary.engine, 'mysql');
    assert.match(states.primary.engineVersion, /^10\.\d+\.\d+$/);
    assert.deepEqual(await query(states.primary, 'SELECT @@lower_case_table_names'), [1]);
    assert.match(
      String((await query(states.primary, 'SHOW GRANTS'))[0]),
      /^GRANT SELECT, INSERT(?!.*(SUPER|ALL PRIVILEGES|ADMIN))/,
    );
  });

  it('says that it is MariaDB', async () => {
    assert.match((await server(primary))?.detail ?? '', /MariaDB 10\./);
  });

  it('rejects a connection without TLS', async () => {
    const { endpoint, user, databaseName: database } = states.primary;
    await assert.rejects(createConnection({ ...endpoint, user, password, database }), /insecure|Access denied/);
  });

  it('begins a replica with all that its source has, then streams', async () => {
    assert.equal(states.replica.engine, 'mysql');
    assert.equal(states.replica.user, 'qloapps_user');
    assert.equal(await rooms(states.replica), 1);
    const begin = Date.now();
    await query(states.primary, 'INSERT INTO rooms VALUES (2)');
    await until('the room is on the replica', 5, async () => (await rooms(states.replica)) === 2);
    assert.ok(Date.now() - begin >= 40, 'one way takes 40 ms');
  });

  it('rejects writes to a replica', async () => {
    await assert.rejects(query(states.replica, 'INSERT INTO rooms VALUES (3)'), /read-only/);
  });

  it('holds changes back while the link is cut, and catches up when it flows again', async () => {
    await call('global', 'setLink', { a: dr, b: primary, up: false });
    await query(states.primary, 'INSERT INTO rooms VALUES (3)');
    await pause(1_000);
    assert.equal(await rooms(states.replica), 2);
    await call('global', 'setLink', { a: dr, b: primary, up: true });
    await until('the room is on the replica', 20, async () => (await rooms(states.replica)) === 3);
  });

  it('goes on streaming when the replica is killed', async () => {
    const killed = (await server(dr))?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    await query(states.primary, 'INSERT INTO rooms VALUES (4)');
    await until('the room is on the new server', 20, async () => (await rooms(states.replica).catch(() => 0)) === 4);
    await assert.rejects(query(states.replica, 'INSERT INTO rooms VALUES (5)'), /read-only/);
  });

  it('rejects what RDS rejects', async () => {
    const refuses = (code: string, work: Promise<unknown>) => assert.rejects(work, { name: 'RegionRefusal', code });
    const change = { promote: true } as const;
    await refuses('InvalidDBInstanceState', call(primary, 'modifyDatabase', { identifier, change }));
    await refuses('DBInstanceAlreadyExists', call(primary, 'createDatabase', { ...spec, engine: 'postgres' }));
    const orphan = replicaOf(pmsSpec({ identifier: 'orphan' }), { region: primary, identifier: 'nobody' });
    await refuses('DBInstanceNotFound', call(dr, 'createDatabase', orphan));
  });

  it('accepts writes after its promotion, which may be asked for again, and stays so', async () => {
    const change = { promote: true } as const;
    const promoted = await call(dr, 'modifyDatabase', { identifier, change });
    assert.equal(promoted.replica, false);
    await query(promoted, 'INSERT INTO rooms VALUES (6)');
    assert.equal((await call(dr, 'modifyDatabase', { identifier, change })).replica, false);
    const killed = (await server(dr))?.pid ?? 0;
    process.kill(killed, 'SIGKILL');
    await until('a new server takes writes', 20, () =>
      query(promoted, 'INSERT IGNORE INTO rooms VALUES (7)').then(
        () => true,
        () => false,
      ),
    );
    assert.equal(await rooms(promoted), 6);
  });

  it('takes a new password, which is in no log', async () => {
    await call(primary, 'modifyDatabase', { identifier, change: { password: 'another password' } });
    await assert.rejects(query(states.primary, 'SELECT 1'), /Access denied/);
    await call(primary, 'modifyDatabase', { identifier, change: { password } });
    await query(states.primary, 'SELECT 1');
    const data = path.join(machine.regionDir(primary), 'database', identifier, 'data');
    const logs = fs.readdirSync(data).filter((name) => /^binlog\.\d/.test(name));
    assert.ok(logs.length > 0);
    for (const name of logs) assert.ok(!fs.readFileSync(path.join(data, name)).includes('another password'));
  });
});
