import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RedisManagedEngine } from '../../scripts/engines/redis/redis-managed-engine';
import { giveToServerUser } from '../../scripts/programs/server-programs';
import type { RedisManaged } from '../../scripts/settings/datasets';
import { EngineWork, flip, whileChanged } from './engine-work';
import { freePort } from '../free-port';
import { RedisFixture } from './redis-fixture';

/** A cache with TLS only, as ElastiCache has it: alone, or a cluster of one that owns all slots. */
class ManagedCache {
  private constructor(
    readonly server: RedisFixture,
    readonly settings: RedisManaged,
  ) {}

  static async start(room: EngineWork, clustered: boolean): Promise<ManagedCache> {
    const [certificate, key] = authority(room);
    const tlsPort = await freePort();
    const tls = ['--tls-port', String(tlsPort), '--tls-cert-file', certificate, '--tls-key-file', key];
    const cluster = ['--cluster-enabled', 'yes', '--tls-cluster', 'yes', '--cluster-port', String(await freePort())];
    const options = [...tls, '--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no', '--appendonly', 'no'];
    const server = await RedisFixture.start(room, clustered ? [...options, ...cluster] : options);
    if (clustered) await server.client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
    const settings: RedisManaged = {
      engine: 'redis',
      kind: 'managed',
      host: '127.0.0.1',
      port: tlsPort,
      passwordFile: null,
      ca: certificate,
    };
    return new ManagedCache(server, settings);
  }
}

function authority(room: EngineWork): [string, string] {
  const [certificate, key] = [path.join(room.root, 'tls.crt'), path.join(room.root, 'tls.key')];
  if (!fs.existsSync(key)) {
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject];
    execFileSync('openssl', args, { stdio: 'pipe' });
    giveToServerUser(key);
  }
  return [certificate, key];
}

for (const clustered of [false, true]) {
  describe(`recovery points of a managed Redis${clustered ? ' in cluster mode' : ''}`, function () {
    this.timeout(60_000);
    const room = new EngineWork('redis', 'redis');
    let cache: ManagedCache;
    let engine: RedisManagedEngine;

    before(async () => {
      cache = await ManagedCache.start(room, clustered);
      engine = new RedisManagedEngine(cache.settings);
      if (clustered) {
        for (let tries = 0; !(await cache.server.client.clusterInfo()).includes('state:ok');) {
          assert.ok((tries += 1) < 100, 'the cluster of one does not come up');
          await pause(50);
        }
      }
      await cache.server.fill(3_000);
      await cache.server.client.set('short', 'gone soon', { PX: 1_500 });
      await cache.server.client.set('long', 'stays for an hour', { PXAT: Date.now() + 3_600_000 });
      await cache.server.client.set('{tag}:a', '1');
    });
    after(async () => {
      await cache.server.kill();
      room.remove();
    });

    it('come back into an empty cache with their bytes and their ends, and count what has expired', async () => {
      const { point, census } = await room.backUp(engine, 'full');
      assert.deepEqual(census?.counts['db0'], { least: 3_005, most: 3_005 });
      await pause(1_600);
      const folder = await room.restore(engine, point);
      const opened = await engine.open(folder, room.work());
      assert.deepEqual((await opened.census()).counts, census.counts);
      assert.deepEqual(await opened.check(), []);
      await opened.close();
      const target = await ManagedCache.start(room, false);
      try {
        await new RedisManagedEngine(target.settings).install(folder, room.work());
        const { client } = target.server;
        assert.equal(await client.dbSize(), 3_004);
        assert.equal(await client.get('short'), null);
        const left = await client.pTTL('long');
        assert.ok(left > 3_500_000 && left <= 3_600_000, String(left));
        assert.equal(await client.pTTL('session:1'), -1);
        assert.deepEqual(await client.lRange('queue', 0, -1), ['a', 'b', 'c']);
        assert.equal(await client.strLen('bytes'), 5);
      } finally {
        await target.server.kill();
      }
    });

    it('have an interval for a count where the source goes on writing', async () => {
      let number = 0;
      const writing = setInterval(() => {
        for (let each = 0; each < 20; each += 1) void cache.server.client.set(`new:${String((number += 1))}`, 'x');
        void cache.server.client.del(`new:${String(number - 30)}`);
      }, 1);
      const { point, census } = await room.backUp(engine, 'full').finally(() => {
        clearInterval(writing);
      });
      const opened = await engine.open(await room.restore(engine, point), room.work());
      const { least: found = -1 } = (await opened.census()).counts['db0'] ?? {};
      await opened.close();
      const { least = 0, most = 0 } = census?.counts['db0'] ?? {};
      assert.ok(least < most && found >= least && found <= most, `${least} ${found} ${most}`);
    });

    it('rejects to be written into a cache that holds keys', async () => {
      const { point } = await room.backUp(engine, 'full');
      const folder = await room.restore(engine, point);
      await assert.rejects(engine.checkTarget(), { code: 'target-running' });
      await assert.rejects(engine.install(folder, room.work()), /holds \d+ keys/);
    });

    it('rejects an export that is changed or cut off, and what it left never opens', async () => {
      const { point } = await room.backUp(engine, 'full');
      const file = room.storedFile(point);
      for (const change of [flip, (name: string) => fs.truncateSync(name, 70_000)]) {
        await whileChanged(file, change, async () => {
          assert.equal((await engine.verify(point, room.work())).length, 1);
          const folder = room.fresh('refused');
          const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
          await assert.rejects(engine.restore(plan, folder, room.work()), /keys\.zst\.age/);
          await assert.rejects(engine.open(folder, room.work()), /no finished restore/);
        });
      }
    });

    it('rejects a certificate of another authority, and a cache that is down', async () => {
      const stranger = new EngineWork('stranger', 'redis');
      const [ca] = authority(stranger);
      await assert.rejects(new RedisManagedEngine({ ...cache.settings, ca }).identify(), { code: 'server-failed' });
      stranger.remove();
      const down = new RedisManagedEngine({ ...cache.settings, port: await freePort() });
      await assert.rejects(down.identify(), { code: 'server-failed' });
    });
  });
}
