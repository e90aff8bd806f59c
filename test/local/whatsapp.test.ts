import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import * as http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { compiledScript } from '../../local/compiled-script';
import type { Machine } from '../../local/machine';
import { freePorts } from '../../local/supervisor/ports';
import { regionClient } from '../../local/supervisor/client';
import { killRegion } from '../../local/up';
import type { RoleRecord } from '../../recovery/control';
import { controlKeys } from '../../recovery/sites';
import { Witnesses } from '../../scripts/control/witnesses';
import { bindToStores, makeControlBuckets, testWitnesses } from './control-support';
import { removeMachine, testMachine } from './support';

const password = 'a-password-that-nobody-may-see';

describe('the whatsapp service of a site that has taken over', function () {
  this.timeout(60_000);
  let machine: Machine;
  let witnesses: Witnesses;
  let unbind: () => void;
  let service: ChildProcess;
  let port: number;

  const ask = (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }> =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port, method, path }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> });
        });
      });
      request.on('error', reject);
      request.end(body === undefined ? undefined : JSON.stringify(body));
    });
  const messages = '/api/v1/whatsapp/messages';
  const message = (reference: string) => ({ reference, to: '+5511999999999', text: 'Your room is ready.' });
  const sentAt = async (reference: string): Promise<unknown> =>
    (await ask('GET', `${messages}/${reference}`)).body['sent_at'];
  const role = async (record: Pick<RoleRecord, 'epoch' | 'activeSite' | 'incident'>): Promise<void> => {
    const whole = { version: 1, generation: 1, changedAt: new Date().toISOString(), ...record };
    await Promise.all(witnesses.buckets.slice(0, 2).map((bucket) => bucket.write(controlKeys.role, whole, 'always')));
  };
  const open = (epoch: number): Promise<unknown> | undefined =>
    witnesses.buckets[0]?.write(
      controlKeys.guestMessages,
      { version: 1, epoch, openedAt: new Date().toISOString() },
      'always',
    );

  before(async () => {
    machine = await testMachine();
    await makeControlBuckets(machine);
    unbind = bindToStores(machine);
    witnesses = new Witnesses(testWitnesses(machine));
    const { endpoint } = await regionClient(machine)('us-west-2', 'createDatabase', {
      ...{ identifier: 'agente-postgres-g1', engine: 'postgres', databaseName: 'agente_db', user: 'agente_user' },
      ...{ password, backupRetentionDays: 0, multiAz: false, deletionProtection: false },
      ...{ parameterGroup: null, source: null },
    });
    port = await freePorts(['127.0.0.1']);
    service = spawn(process.execPath, [compiledScript('local/services/whatsapp')], {
      env: {
        ...process.env,
        ...{ HOST: '127.0.0.1', PORT: String(port), SITE: 'dr', NODE_EXTRA_CA_CERTS: machine.authorityFile },
        ...{ DATABASE_HOST: endpoint.host, DATABASE_PORT: String(endpoint.port), DATABASE_NAME: 'agente_db' },
        ...{ DATABASE_USER: 'agente_user', DATABASE_PASSWORD: password, REDIS_HOST: 'x', REDIS_PORT: '1' },
        CONTROL_BUCKETS: testWitnesses(machine)
          .map(({ region, bucket }) => `${region}=${bucket}`)
          .join(','),
      },
      stdio: 'ignore',
    });
    const ready = () => ask('GET', '/health/ready').catch(() => null);
    const deadline = Date.now() + 20_000;
    while ((await ready())?.status !== 200 && Date.now() < deadline) await pause(50);
  });
  after(async () => {
    service.kill('SIGKILL');
    witnesses.close();
    unbind();
    await removeMachine(machine);
  });

  it('is ready, and takes messages that it holds as long as nobody knows whose epoch it is', async () => {
    assert.deepEqual((await ask('GET', '/health/ready')).body, {
      ...{ status: 'ready', database: 'ok', outbox: 'held', site: 'dr' },
    });
    const taken = await ask('POST', messages, message('first'));
    assert.deepEqual([taken.status, taken.body], [202, { reference: 'first', outbox: 'held' }]);
  });

  it('goes on holding when it has taken over, also with the gate of an epoch before', async () => {
    await open(1);
    await role({ epoch: 2, activeSite: 'dr', incident: 'region-loss' });
    await pause(1_500);
    assert.equal(await sentAt('first'), null);
    assert.equal((await ask('GET', '/health/ready')).body['outbox'], 'held');
  });

  it('sends each message once when it is reconciled', async () => {
    await ask('POST', messages, message('first'));
    await open(2);
    const deadline = Date.now() + 10_000;
    while ((await sentAt('first')) === null && Date.now() < deadline) await pause(50);
    const at = await sentAt('first');
    assert.match(String(at), /^\d{4}-/);
    await ask('POST', messages, message('first'));
    await pause(1_200);
    assert.equal(await sentAt('first'), at);
  });

  it('rejects what is no message, naming the fields', async () => {
    const { status, body } = await ask('POST', messages, { reference: 'bad one', to: '12', text: '' });
    assert.equal(status, 400);
    assert.match(JSON.stringify(body), /reference.*to.*text/);
    assert.equal((await ask('GET', `${messages}/nobody`)).status, 404);
  });

  it('holds again when another site has the epoch, and when too few witnesses answer', async () => {
    await role({ epoch: 3, activeSite: 'primary', incident: 'failback' });
    const deadline = Date.now() + 10_000;
    const gate = async () => (await ask('GET', '/health/ready')).body['outbox'];
    while ((await gate()) !== 'held' && Date.now() < deadline) await pause(50);
    assert.equal(await gate(), 'held');
    await role({ epoch: 2, activeSite: 'dr', incident: 'region-loss' });
    assert.equal(await gate(), 'open');
    await killRegion(machine, 'us-east-1');
    assert.equal(await gate(), 'held');
  });
});
