import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { Endpoint } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { cacheClient } from '../../scripts/cache-client';
import { bindToStores } from './control-support';
import { authorityOf, removeMachine, testMachine } from './support';

const identifier = 'agente-cache';
const authToken = 'a-token-of-sixteen-or-more';

describe('a cache of a region', function () {
  this.timeout(30_000);
  let machine: Machine;
  let call: Call;
  let endpoint: Endpoint;

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    endpoint = await call('us-east-1', 'createCache', { identifier, authToken });
  });
  after(() => removeMachine(machine));

  async function session<T>(password: string, work: (client: ReturnType<typeof connect>) => Promise<T>): Promise<T> {
    const client = connect(password);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
  const connect = (password: string) =>
    createClient({
      socket: { ...endpoint, tls: true, ca: authorityOf(machine), reconnectStrategy: false },
      password,
    });

  const server = async () => (await call('us-east-1', 'status', {})).parts.find((part) => part.kind === 'cache');

  it('rejects a wrong token', async () => {
    await assert.rejects(
      session('something-quite-different', (client) => client.ping()),
      /WRONGPASS/,
    );
  });

  it('is the same cache when a killed engine creates it again, and rejects another of its name', async () => {
    assert.deepEqual(await call('us-east-1', 'createCache', { identifier, authToken }), endpoint);
    const other = call('us-east-1', 'createCache', { identifier, authToken: 'another-token-of-a-guest' });
    await assert.rejects(other, { code: 'ReplicationGroupAlreadyExists' });
  });

  it('keeps what is older than a second when its server is killed', async () => {
    await session(authToken, (client) => client.set('session:1', 'kept', { expiration: { type: 'EX', value: 600 } }));
    await pause(1_200);
    const pid = (await server())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (((await server())?.pid ?? pid) === pid || (await server())?.state !== 'running') await pause(20);
    assert.equal(await session(authToken, (client) => client.get('session:1')), 'kept');
  });

  it('is a cluster to the clients of tasks, which come back by themselves when its server was killed', async () => {
    const unbind = bindToStores(machine);
    const client = cacheClient({ ...endpoint, password: authToken });
    const answers = (): Promise<string | null> => client.cluster.get('session:1').catch(() => null);
    try {
      const killed = await server();
      while ((await answers()) === null) await pause(20);
      process.kill(killed?.pid ?? 0, 'SIGKILL');
      while ((await server())?.pid === killed?.pid || (await answers()) === null) await pause(20);
      assert.equal(await answers(), 'kept');
    } finally {
      await client.close();
      unbind();
    }
  });

  it('is gone when it is deleted, and may be deleted again', async () => {
    await call('us-east-1', 'deleteCache', { identifier });
    await call('us-east-1', 'deleteCache', { identifier });
    assert.equal(await call('us-east-1', 'describeCache', { identifier }), null);
  });
});
