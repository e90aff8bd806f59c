import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../../local/machine';
import { cache } from '../../local/realised/cache';
import { contextOf, emptyMachine, removeMachine } from './support';

/** A day is twelve seconds here. */
const timeScale = 7_200;

describe('daily snapshots of a cache', function () {
  this.timeout(60_000);
  let machine: Machine;
  let caches: ReturnType<typeof cache>;

  before(async () => {
    machine = await emptyMachine(timeScale);
    caches = cache(contextOf(machine, 'us-east-1'));
    const backups = { keepDays: 1, at: '12:00' };
    await caches.calls.createCache({ identifier: 'daily', authToken: null, backups });
  });
  after(async () => {
    await caches.stop();
    await removeMachine(machine);
  });

  it('are taken at their time, kept for their days, and end when they are no longer wished', async () => {
    const seen = new Set<string>();
    const found = () => caches.calls.describeCacheSnapshots({ identifier: 'daily' });
    const deadline = Date.now() + 50_000;
    while (seen.size < 3 && Date.now() < deadline) {
      for (const { name, kind } of await found()) {
        assert.equal(kind, 'automated');
        assert.match(name, /^automatic\.daily-\d{4}-\d\d-\d\d-12-00$/);
        seen.add(name);
      }
      assert.ok((await found()).length <= 2, 'what is older than a day has gone');
      await pause(100);
    }
    assert.equal(seen.size, 3);
    await caches.calls.modifyCache({ identifier: 'daily', backups: null });
    const before = (await found()).map(({ name }) => name);
    await pause(13_000);
    assert.deepEqual(
      (await found()).map(({ name }) => name),
      before,
    );
  });
});

describe('a cache that does not run', () => {
  let machine: Machine;

  before(async () => {
    machine = await emptyMachine();
  });
  after(() => removeMachine(machine));

  it('rejects a snapshot of it', async () => {
    const context = contextOf(machine, 'us-east-1');
    const ports = { port: await context.freePort(), busPort: await context.freePort() };
    context.save('caches', { stopped: { identifier: 'stopped', authToken: null, backups: null, ...ports } });
    // As it is while a region that was away starts again.
    const { calls } = cache(context);
    await assert.rejects(calls.createCacheSnapshot({ identifier: 'stopped', name: 'now' }), {
      code: 'InvalidReplicationGroupState',
    });
    assert.deepEqual(await calls.describeCacheSnapshots({ identifier: 'stopped' }), []);
  });
});
