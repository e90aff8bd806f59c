import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../../local/machine';
import { secrets, type SecretsPart } from '../../local/realised/secrets';
import type { Call } from '../../local/supervisor/part';
import { contextOf, emptyMachine, removeMachine } from './support';

const [east, west] = ['us-east-1', 'us-west-2'];

describe('secrets of a region', function () {
  this.timeout(20_000);
  let machine: Machine;
  let here: SecretsPart;
  let there: SecretsPart;
  let peerIsUp = true;
  // The two regions of this test answer each other without sockets.
  const call = ((region: string, _method: string, params: { name: string; value: string }) =>
    peerIsUp && region === west
      ? there.calls.receiveSecret(params)
      : Promise.reject(new Error('ECONNREFUSED'))) as unknown as Call;

  before(async () => {
    machine = await emptyMachine();
    here = secrets(contextOf(machine, east, call));
    there = secrets(contextOf(machine, west));
  });
  after(async () => {
    await here.stop();
    await removeMachine(machine);
  });

  it('gives a value by name, by ARN with and without suffix, and by field', async () => {
    const { arn } = await here.calls.createSecret({ name: 'hotel/db', replicaRegions: [] });
    assert.match(arn, /^arn:aws:secretsmanager:us-east-1:\d{12}:secret:hotel\/db-\w{6}$/);
    await here.calls.putSecretValue({ name: arn, value: '{"password":"p4ss","port":5432}' });
    for (const valueFrom of ['hotel/db', arn, arn.slice(0, -7)]) assert.match(here.resolve(valueFrom), /p4ss/);
    assert.equal(here.resolve(`${arn}:password::`), 'p4ss');
    assert.equal(here.resolve(`${arn}:port::`), '5432');
  });

  it('keeps values in a file that only its user can read', () => {
    const file = path.join(machine.regionDir(east), 'secrets.json');
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  });

  it('brings a value to the replica, and there it cannot be written or deleted', async () => {
    await here.calls.createSecret({ name: 'shared', replicaRegions: [west] });
    await here.calls.putSecretValue({ name: 'shared', value: 'one' });
    assert.equal(there.resolve('shared'), 'one');
    await assert.rejects(there.calls.putSecretValue({ name: 'shared', value: 'two' }), {
      code: 'InvalidRequestException',
    });
    await assert.rejects(there.calls.createSecret({ name: 'shared', replicaRegions: [] }), {
      code: 'InvalidRequestException',
    });
    await assert.rejects(there.calls.deleteSecret({ name: 'shared' }), { code: 'InvalidRequestException' });
  });

  it('brings the newest value when the other region is back', async () => {
    peerIsUp = false;
    await here.calls.putSecretValue({ name: 'shared', value: 'lost on the way' });
    await here.calls.putSecretValue({ name: 'shared', value: 'newest' });
    assert.equal(there.resolve('shared'), 'one');
    peerIsUp = true;
    const deadline = Date.now() + 5_000;
    while (there.resolve('shared') === 'one' && Date.now() < deadline) await pause(50);
    assert.equal(there.resolve('shared'), 'newest');
  });

  it('makes a replica a secret of its own while its source is away, and then takes nothing from there any more', async () => {
    peerIsUp = false;
    await here.calls.putSecretValue({ name: 'shared', value: 'never arrives' });
    assert.equal(there.resolve('shared'), 'newest');
    const { arn } = await there.calls.stopSecretReplication({ name: 'shared' });
    assert.match(arn, /^arn:aws:secretsmanager:us-west-2:\d{12}:secret:shared-\w{6}$/);
    await there.calls.putSecretValue({ name: 'shared', value: 'written here' });
    await assert.rejects(there.calls.stopSecretReplication({ name: 'shared' }), { code: 'InvalidRequestException' });
    await assert.rejects(there.calls.receiveSecret({ name: 'shared', value: 'old' }), {
      code: 'ResourceExistsException',
    });
    assert.equal(there.resolve('shared'), 'written here');
    peerIsUp = true;
  });

  it('says which secret is missing, and never what another one holds', async () => {
    await here.calls.createSecret({ name: 'empty', replicaRegions: [] });
    for (const valueFrom of ['nobody', 'empty', 'hotel/db:absent::']) {
      assert.throws(
        () => here.resolve(valueFrom),
        (error: Error) => {
          assert.equal(Reflect.get(error, 'code'), 'ResourceNotFoundException');
          assert.doesNotMatch(error.message, /p4ss/);
          return true;
        },
      );
    }
  });
});
