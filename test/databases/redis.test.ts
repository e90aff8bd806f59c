import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { Age } from '../../scripts/encryption/age';
import { RedisServerEngine } from '../../scripts/engines/redis/redis-server-engine';
import { FolderVault } from '../../scripts/vault/folder-vault';
import { EngineWork, flip, whileChanged } from './engine-work';
import { RedisFixture } from './redis-fixture';
import { needsRoot } from '../needs';

describe('recovery points of a Redis', function () {
  this.timeout(60_000);
  const room = new EngineWork('redis', 'redis');
  let redis: RedisFixture;
  let engine: RedisServerEngine;

  before(async () => {
    redis = await RedisFixture.start(room);
    engine = new RedisServerEngine(redis.settings);
    await redis.fill();
  });
  after(async () => {
    await redis.kill();
    room.remove();
  });

  for (const kind of ['full', 'incremental'] as const) {
    it(`count exactly what was there at their instant, under load (${kind})`, async () => {
      const load = { running: true };
      const writer = (async () => {
        for (let number = 0; load.running; number += 1) {
          await redis.client.set(`load-${kind}:${String(number)}`, 'x', { PX: 400 });
        }
      })();
      await pause(100);
      const { point, census } = await room.backUp(engine, kind).finally(() => {
        load.running = false;
      });
      await writer;
      // By now most of the writer's keys have expired: they must count all the same.
      await pause(500);
      const opened = await engine.open(await room.restore(engine, point), room.work());
      try {
        assert.deepEqual((await opened.census()).counts, census?.counts);
        assert.deepEqual(await opened.check(), []);
        assert.deepEqual(await opened.query('LRANGE queue 0 -1'), [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
      } finally {
        await opened.close();
      }
    });

    it(`come back into the place of the server's files, whichever of its files it reads (${kind})`, async () => {
      const { point } = await room.backUp(engine, kind);
      const other = await RedisFixture.start(room);
      const target = new RedisServerEngine(other.settings);
      try {
        await other.client.set('only', 'here');
        await other.kill('SIGTERM');
        const { previous } = await target.install(await room.restore(engine, point), room.work());
        assert.ok(previous !== null && fs.existsSync(path.join(previous, 'appendonlydir')));
        for (const appendOnly of ['yes', 'no']) {
          await other.start(['--appendonly', appendOnly]);
          assert.equal(await other.client.get('session:7'), 'guest 7 '.repeat(10), `appendonly ${appendOnly}`);
          assert.equal(await other.client.get('only'), null);
          await other.kill();
        }
      } finally {
        await other.kill();
      }
    });

    it(`rejects a stored file that is changed, cut off or missing, and names it (${kind})`, async () => {
      const { point } = await room.backUp(engine, kind);
      const file = room.storedFile(point);
      const key = path.relative(room.vaultFolder, file);
      const changes: [RegExp, (name: string) => void][] = [
        [/SHA-256/, flip],
        [/bytes instead of/, (name) => fs.truncateSync(name, fs.statSync(name).size - 100)],
        [/missing/, (name) => fs.rmSync(name)],
      ];
      for (const [fact, change] of changes) {
        await whileChanged(file, change, async () => {
          const damages = await engine.verify(point, room.work());
          assert.deepEqual(
            damages.map(({ what }) => what),
            [key],
          );
          assert.match(damages[0]?.fact ?? '', fact);
          const folder = room.fresh('refused');
          const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
          await assert.rejects(engine.restore(plan, folder, room.work()), (error: Error & { code?: string }) => {
            assert.match(error.code ?? '', /restore-damaged|vault-object-missing/);
            assert.ok(error.message.includes(key), error.message);
            return true;
          });
          await assertNeverOpens(folder);
        });
      }
      assert.deepEqual(await engine.verify(point, room.work()), []);
    });
  }

  /** Whatever a restore left must not start as if it were good. */
  async function assertNeverOpens(folder: string): Promise<void> {
    await assert.rejects(engine.open(folder, room.work()), /holds no finished restore/);
    await assert.rejects(engine.install(folder, room.work()), /holds no finished restore/);
    for (const appendOnly of ['yes', 'no']) {
      const args = ['--port', '0', '--dir', folder, '--appendonly', appendOnly, '--aof-load-truncated', 'yes'];
      const { status, stdout } = spawnSync('redis-server', args, { timeout: 2_000, encoding: 'utf8' });
      assert.equal(status, 1, stdout);
    }
  }

  it('start empty in an ordinary server with appendonly yes beside a dump: the trap that a restore avoids', async () => {
    await room.backUp(engine, 'full');
    const trap = room.folder('trap');
    fs.copyFileSync(path.join(redis.settings.data, 'dump.rdb'), path.join(trap, 'dump.rdb'));
    const other = await RedisFixture.start(room, [], trap);
    assert.equal(await other.client.dbSize(), 0);
    await other.kill();
  });

  it('survive a rewrite of the append-only file that begins while it is copied', async () => {
    await redis.client.sendCommand(['CONFIG', 'SET', 'rdb-key-save-delay', '0']);
    const slow = {
      begin: () => ({
        advance: () => void redis.client.sendCommand(['BGREWRITEAOF']).catch(() => undefined),
        set: () => undefined,
        end: () => undefined,
      }),
      say: () => undefined,
    };
    const { point, census } = await room.backUp(engine, 'incremental', { progress: slow });
    const opened = await engine.open(await room.restore(engine, point), room.work());
    assert.deepEqual((await opened.census()).counts, census?.counts);
    await opened.close();
  });

  it('wait for a rewrite that runs, during which Redis refuses BGSAVE', async () => {
    await redis.client.sendCommand(['CONFIG', 'SET', 'rdb-key-save-delay', '1000']);
    await redis.client.sendCommand(['BGREWRITEAOF']);
    await assert.rejects(redis.client.sendCommand(['BGSAVE']), /in progress|child process/i);
    const backUp = room.backUp(engine, 'full');
    await redis.client.sendCommand(['CONFIG', 'SET', 'rdb-key-save-delay', '0']);
    assert.equal((await backUp).point.method, 'rdb');
  });

  it('take two at once: both are whole', async () => {
    const [a, b] = await Promise.all([room.backUp(engine, 'full'), room.backUp(engine, 'full')]);
    for (const { point, census } of [a, b]) {
      const opened = await engine.open(await room.restore(engine, point), room.work());
      assert.deepEqual((await opened.census()).counts, census?.counts);
      await opened.close();
    }
  });

  it('rejects an append-only file that lost its end, of which Redis itself says nothing', async () => {
    await redis.fill(20);
    const { point } = await room.backUp(engine, 'incremental');
    const folder = await room.restore(engine, point);
    const log = appendedIn(folder);
    fs.truncateSync(log, fs.statSync(log).size - 3);
    const tool = spawnSync('redis-check-aof', [path.join(folder, 'appendonlydir', 'appendonly.aof.manifest')]);
    assert.equal(tool.status, 1);
    await assert.rejects(engine.open(folder, room.work()), /redis does not open the restored files/);
    await assert.rejects(engine.install(folder, room.work()), /incr\.aof.*SHA-256/);
    const silent = await RedisFixture.start(room, ['--aof-load-truncated', 'yes'], copyOf(folder));
    assert.equal(await silent.client.get('session:1'), 'guest 1 '.repeat(10));
    await silent.kill();
  });

  it('rejects an append-only file with a changed value, which no tool of Redis sees', async () => {
    await redis.fill(20);
    const { point } = await room.backUp(engine, 'incremental');
    const folder = await room.restore(engine, point);
    const log = appendedIn(folder);
    flip(log, fs.readFileSync(log).indexOf('guest 7 '));
    const said = execFileSync('redis-check-aof', [path.join(folder, 'appendonlydir', 'appendonly.aof.manifest')]);
    assert.match(String(said), /All AOF files and manifest are valid/);
    const opened = await engine.open(folder, room.work());
    const damages = await opened.check();
    await opened.close();
    assert.deepEqual(
      damages.map(({ what }) => what),
      [path.relative(folder, log)],
    );
    await assert.rejects(engine.install(folder, room.work()), /SHA-256/);
  });

  for (const [name, form] of [
    ['base', /base\.rdb$/],
    ['log', /incr\.aof$/],
  ] as const) {
    it(`rejects append-only files without their ${name}, in the source and in what was restored`, async () => {
      const { point } = await room.backUp(engine, 'incremental');
      const folder = await room.restore(engine, point);
      const restored = fs.readdirSync(path.join(folder, 'appendonlydir')).find((each) => form.test(each)) ?? '';
      fs.rmSync(path.join(folder, 'appendonlydir', restored));
      await assert.rejects(engine.open(folder, room.work()), /redis does not open/);
      await assert.rejects(engine.install(folder, room.work()), /it is missing/);
      const live = fs.readdirSync(redis.appendFolder).find((each) => form.test(each)) ?? '';
      const [there, aside] = [path.join(redis.appendFolder, live), path.join(room.root, 'aside')];
      fs.renameSync(there, aside);
      await assert.rejects(room.backUp(engine, 'incremental'), /one that the manifest names is missing/);
      fs.renameSync(aside, there);
    });
  }

  it('rejects a log whose commands are broken on the disk of the server', async () => {
    await redis.fill(20);
    const log = appendedIn(redis.settings.data);
    const at = fs.readFileSync(log).indexOf('$3\r\nSET');
    await whileChanged(
      log,
      (file) => flip(file, at),
      async () => {
        await assert.rejects(
          room.backUp(engine, 'incremental'),
          /incr\.aof of the running server is damaged: no command at byte/,
        );
      },
    );
    await room.backUp(engine, 'incremental');
  });

  it('never open half-way through a restore, and the next run into the same folder is whole', async () => {
    const { point, census } = await room.backUp(engine, 'full');
    const folder = room.fresh('half');
    const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
    const abort = new AbortController();
    const { encryption } = room.work();
    const stuck = {
      method: encryption.method,
      recipients: encryption.recipients,
      canOpen: true,
      seal: () => assert.fail('nothing is sealed'),
      open: () => {
        setTimeout(() => abort.abort(), 500);
        return new PassThrough();
      },
    };
    const restoring = engine.restore(plan, folder, room.work({ encryption: stuck, signal: abort.signal }));
    restoring.catch(() => undefined);
    await pause(200);
    await assertNeverOpens(folder);
    await assert.rejects(restoring);
    await assertNeverOpens(folder);
    await engine.restore(plan, folder, room.work());
    const opened = await engine.open(folder, room.work());
    assert.deepEqual((await opened.census()).counts, census?.counts);
    await opened.close();
    await assert.rejects(engine.restore(plan, folder, room.work()), { code: 'target-wrong' });
  });

  it('name a server whose disk is full, and a vault whose disk is', async function () {
    needsRoot(this);
    const small = room.folder('small');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=777', 'tmpfs', small]);
    try {
      const full = await RedisFixture.start(room, ['--appendonly', 'no'], path.join(small, 'data'));
      await full.client.set('big', randomBytes(4 * 1024 * 1024));
      await assert.rejects(room.backUp(new RedisServerEngine(full.settings), 'full'), { code: 'disk-full' });
      await full.kill();
      fs.rmSync(path.join(small, 'data'), { recursive: true });
      await redis.client.set('big', randomBytes(4 * 1024 * 1024));
      await assert.rejects(room.backUp(engine, 'full', { vault: new FolderVault(small) }), { code: 'disk-full' });
      assert.deepEqual(await new FolderVault(small).list(''), []);
      await redis.client.del('big');
    } finally {
      execFileSync('umount', ['-l', small]);
    }
  });

  it('rejects a restore with a key that is not one of the recipients', async () => {
    const { point } = await room.backUp(engine, 'full');
    const stranger = new EngineWork('stranger', 'redis');
    const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
    const encryption = new Age([room.online.recipient, room.offline.recipient], stranger.online.identity);
    const folder = room.fresh('closed');
    await assert.rejects(engine.restore(plan, folder, room.work({ encryption })), { code: 'key-wrong' });
    await assertNeverOpens(folder);
    stranger.remove();
  });

  it('restore with the offline key alone', async () => {
    const { point } = await room.backUp(engine, 'full');
    const encryption = new Age([room.online.recipient, room.offline.recipient], room.offline.identity);
    const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
    await engine.restore(plan, room.fresh('offline'), room.work({ encryption }));
  });

  it('rejects to be put in the place of a server that runs, and changes nothing', async () => {
    const { point } = await room.backUp(engine, 'full');
    const folder = await room.restore(engine, point);
    await assert.rejects(engine.install(folder, room.work()), { code: 'target-running' });
    const moved = new RedisServerEngine({ ...redis.settings, port: redis.settings.port + 1 });
    await assert.rejects(moved.install(folder, room.work()), /redis-server.* runs in/);
    assert.equal(await redis.client.get('session:1'), 'guest 1 '.repeat(10));
  });

  it('choose the newest point that is not after a time, and rejects a time before the first', async () => {
    const { point } = await room.backUp(engine, 'full');
    const plan = await engine.planRestore(
      { target: { to: 'time', time: new Date() }, base: null, logFolder: null },
      room.work(),
    );
    assert.deepEqual(
      plan.points.map(({ id }) => id),
      [point.id],
    );
    const early = { target: { to: 'time' as const, time: new Date(0) }, base: null, logFolder: null };
    await assert.rejects(engine.planRestore(early, room.work()), { code: 'restore-target-unreachable' });
  });

  it('rejects a server that keeps its files elsewhere than the settings say', async () => {
    const wrong = new RedisServerEngine({ ...redis.settings, data: room.folder('elsewhere') });
    await assert.rejects(room.backUp(wrong, 'full'), { code: 'target-wrong' });
  });

  it('rejects a wrong password without repeating it, and a server that is down', async () => {
    const file = path.join(room.root, 'password');
    fs.writeFileSync(file, 'right-one\n');
    const guarded = await RedisFixture.start(room);
    await guarded.client.sendCommand(['CONFIG', 'SET', 'requirepass', 'right-one']);
    const named = new RedisServerEngine({ ...guarded.settings, passwordFile: file });
    await room.backUp(named, 'full');
    fs.writeFileSync(file, 'wrong-one\n');
    for (const settings of [guarded.settings, { ...guarded.settings, passwordFile: file }]) {
      await assert.rejects(room.backUp(new RedisServerEngine(settings), 'full'), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'permission-denied');
        assert.doesNotMatch(JSON.stringify([error.message, error.stack]), /wrong-one|right-one/);
        return true;
      });
    }
    await guarded.kill();
    await assert.rejects(room.backUp(named, 'full'), { code: 'server-failed' });
  });

  function appendedIn(folder: string): string {
    const name = fs
      .readdirSync(path.join(folder, 'appendonlydir'))
      .filter((each) => each.endsWith('incr.aof'))
      .at(-1);
    return path.join(folder, 'appendonlydir', name ?? '');
  }

  function copyOf(folder: string): string {
    const copy = room.fresh('copy');
    fs.cpSync(folder, copy, { recursive: true });
    execFileSync('chown', ['-R', '--reference', folder, copy]);
    return copy;
  }
});
