import assert from 'node:assert/strict';
import { compiledScript } from '../../local/compiled-script';
import type { Machine } from '../../local/machine';
import { database } from '../../local/realised/database';
import { accepts } from '../../local/realised/haproxy';
import type { Server } from '../../local/supervisor/part';
import { password, pmsSpec } from './database-support';
import { contextOf, emptyMachine, removeMachine } from './support';

const region = 'us-east-1';
const identifier = 'pms-g1';
const stay = { hotel_id: 1, check_in: '2027-03-01', check_out: '2027-03-04' };

describe('the property management system', function () {
  this.timeout(60_000);
  let machine: Machine;
  let databases: ReturnType<typeof database>;
  let service: Server;
  let url: string;

  const ask = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const answer = await fetch(`${url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const book = (reference: string, room: number, more: object = {}) =>
    ask('POST', '/api/v1/pms/bookings', { ...stay, reference, room, guest: 'Ana Souza', ...more });
  const free = async (more: object = {}) =>
    ((await ask('POST', '/api/v1/pms/availability', { ...stay, ...more })).body as { available: number }).available;
  const codeOf = ({ body }: { body: unknown }) => (body as { error?: { code: string } }).error?.code;

  before(async () => {
    machine = await emptyMachine();
    const context = contextOf(machine, region);
    databases = database(context);
    await databases.start();
    const spec = pmsSpec({ identifier, backupRetentionDays: 0 });
    const { endpoint } = await databases.calls.createDatabase(spec);
    const [host, port] = [context.address, await context.freePort()];
    url = `http://${host}:${String(port)}`;
    service = await context.start({
      kind: 'task',
      name: 'pms',
      command: process.execPath,
      args: [compiledScript('local/services/pms')],
      env: {
        ...{ HOST: host, PORT: String(port), SITE: 'primary', PGSSLROOTCERT: machine.authorityFile },
        ...{ DATABASE_HOST: endpoint.host, DATABASE_PORT: String(endpoint.port), DATABASE_NAME: 'qloapps' },
        ...{ DATABASE_USER: 'qloapps_user', DATABASE_PASSWORD: password },
      },
      restart: false,
      ready: () => accepts(host, port),
    });
  });
  after(async () => {
    await service.stop();
    await databases.stop();
    await removeMachine(machine);
  });

  it('is ready when its database takes bookings', async () => {
    const body = { status: 'ready', database: 'ok', site: 'primary' };
    assert.deepEqual(await ask('GET', '/health/ready'), { status: 200, body });
  });

  it('has as many rooms free as are not booked', async () => {
    const before = await free();
    assert.equal((await book('one', 7)).status, 201);
    assert.equal(await free(), before - 1);
    assert.equal(await free({ check_in: '2027-03-03', check_out: '2027-03-05' }), before - 1);
    assert.equal(await free({ check_in: '2027-03-04', check_out: '2027-03-05' }), before);
  });

  it('books a reference once, however often it is asked', async () => {
    const again = await book('one', 7);
    assert.equal(again.status, 200);
    assert.deepEqual((await ask('GET', '/api/v1/pms/bookings/one')).body, again.body);
  });

  it('rejects a room that is taken in one of the nights, and keeps nothing of the attempt', async () => {
    const taken = await book('two', 7, { check_in: '2027-03-03', check_out: '2027-03-06' });
    assert.deepEqual([taken.status, codeOf(taken)], [409, 'room-taken']);
    assert.equal((await ask('GET', '/api/v1/pms/bookings/two')).status, 404);
    assert.equal((await book('two', 7, { check_in: '2027-03-04', check_out: '2027-03-06' })).status, 201);
  });

  it('rejects a reference that names another booking', async () => {
    const other = await book('one', 8);
    assert.deepEqual([other.status, codeOf(other)], [409, 'reference-taken']);
  });

  it('rejects bookings while its database is gone, and says so', async () => {
    await databases.stop();
    assert.deepEqual([(await book('three', 9)).status, codeOf(await book('three', 9))], [503, 'database-unavailable']);
    const ready = await ask('GET', '/health/ready');
    assert.deepEqual([ready.status, (ready.body as { database: string }).database], [503, 'down']);
  });
});
