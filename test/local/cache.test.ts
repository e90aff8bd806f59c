import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@redis/client';
import type { CacheSeed, Endpoint } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { cacheClient } from '../../scripts/cache-client';
import { bindToStores } from './control-support';
import { authorityOf, removeMachine, testMachine } from './support';

const identifier = 'agente-cache';
const authToken = 'a-token-of-sixteen-or-more';

describe('a cache of a region', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  let endpoint: Endpoint;

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    endpoint = await call('us-east-1', 'createCache', { identifier, authToken });
  });
  after(() => removeMachine(machine));

  async function session<T>(
    password: string,
    work: (client: ReturnType<typeof connect>) => Promise<T>,
    door = endpoint,
  ): Promise<T> {
    const client = connect(password, door);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      client.destroy();
    }
  }
  const connect = (password: string, door: Endpoint) =>
    createClient({
      socket: { ...door, tls: true, ca: authorityOf(machine), reconnectStrategy: false },
      password,
    });

  const server = async (name = identifier) =>
    (await call('us-east-1', 'status', {})).parts.find((part) => part.kind === 'cache' && part.name === name);

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

  it('begins with a snapshot of another, keeps what expires when, and keeps its own file from then on', async () => {
    const expiry = await session(authToken, (client) => client.pExpireTime('session:1'));
    const snapshot = await call('us-east-1', 'createCacheSnapshot', { identifier, name: 'before' });
    assert.deepEqual([snapshot.cache, snapshot.kind], [identifier, 'manual']);
    await session(authToken, (client) => client.set('session:2', 'later'));
    const seeded = { identifier: 'seeded', authToken, seed: { snapshot: 'before' } };
    const door = await call('us-east-1', 'createCache', seeded);
    assert.equal(await session(authToken, (client) => client.get('session:1'), door), 'kept');
    assert.equal(await session(authToken, (client) => client.pExpireTime('session:1'), door), expiry);
    assert.equal(await session(authToken, (client) => client.get('session:2'), door), null);
    await session(authToken, (client) => client.set('session:3', 'own'), door);
    await pause(1_200);
    const pid = (await server('seeded'))?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (((await server('seeded'))?.pid ?? pid) === pid || (await server('seeded'))?.state !== 'running')
      await pause(20);
    assert.equal(await session(authToken, (client) => client.get('session:3'), door), 'own');
    assert.equal(await session(authToken, (client) => client.get('session:1'), door), 'kept');
  });

  it('begins with a file in a bucket of its region, which a snapshot was exported to', async () => {
    await call('us-east-1', 'createBucket', { name: 'vault', objectLock: false });
    const place = { bucket: 'vault', key: 'redis/g1/before-0001.rdb' };
    await call('us-east-1', 'exportCacheSnapshot', { name: 'before', ...place });
    const door = await call('us-east-1', 'createCache', { identifier: 'from-vault', authToken, seed: place });
    assert.equal(await session(authToken, (client) => client.get('session:1'), door), 'kept');
  });

  it('rejects a seed that is not there, and a snapshot whose name is taken or too many of a day', async () => {
    const seededBy = (seed: CacheSeed) => call('us-east-1', 'createCache', { identifier: 'unseeded', authToken, seed });
    await assert.rejects(seededBy({ snapshot: 'nobody' }), { code: 'SnapshotNotFoundFault' });
    await assert.rejects(seededBy({ bucket: 'vault', key: 'nobody' }), { code: 'InvalidParameterValue' });
    assert.equal(await call('us-east-1', 'describeCache', { identifier: 'unseeded' }), null);
    const take = (name: string, of = 'seeded') => call('us-east-1', 'createCacheSnapshot', { identifier: of, name });
    await assert.rejects(take('before'), { code: 'SnapshotAlreadyExistsFault' });
    await assert.rejects(take('other', 'nobody'), { code: 'ReplicationGroupNotFoundFault' });
    for (let n = 1; n <= 20; n += 1) await take(`seeded-${String(n)}`);
    await assert.rejects(take('one-too-many'), { code: 'SnapshotQuotaExceededFault' });
  });

  it('leaves its last snapshot behind when it is deleted', async () => {
    await call('us-east-1', 'deleteCache', { identifier: 'from-vault', finalSnapshot: 'from-vault-final' });
    const left = await call('us-east-1', 'describeCacheSnapshots', { identifier: 'from-vault' });
    assert.deepEqual(
      left.map(({ name }) => name),
      ['from-vault-final'],
    );
  });

  it('is gone when it is deleted, and may be deleted again', async () => {
    await call('us-east-1', 'deleteCache', { identifier });
    await call('us-east-1', 'deleteCache', { identifier });
    assert.equal(await call('us-east-1', 'describeCache', { identifier }), null);
  });
});
