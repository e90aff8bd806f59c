import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { CommandBench } from './command-bench';
import { killStores, type KillStore } from './kill-stores';

describe('a machine that is restored for a second time', function () {
  this.timeout(90_000);
  let bench: CommandBench;
  let store: KillStore;
  let machine: string;
  let rows: number;

  before(async () => {
    bench = new CommandBench('again');
    store = await killStores.pms(bench);
    rows = await store.change();
    const home = bench.machine('home', { pms: store.live });
    machine = bench.machine('elsewhere', { pms: store.target });
    const { code, stderr } = await bench.run(home, 'backup', 'pms');
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    await store.end();
    bench.remove();
  });

  async function restore(...words: readonly string[]): Promise<void> {
    const { code, stderr } = await bench.run(machine, 'restore', 'pms', ...words);
    assert.equal(code, 0, stderr);
  }

  it('takes the second state, and nothing lies about of the first', async () => {
    await restore('--confirm', 'primary/pms');
    await restore('--confirm', 'primary/pms');
    assert.deepEqual(await store.look(store.place), { rows });
    assert.ok(!fs.existsSync(store.restoring));
  });

  it('takes it also where the first run was killed while it checked what it had finished', async () => {
    await restore('--into', store.restoring);
    await restore('--confirm', 'primary/pms');
    assert.deepEqual(await store.look(store.place), { rows });
  });

  it('rejects to empty a folder that no restore has made', async () => {
    fs.mkdirSync(store.restoring);
    fs.writeFileSync(`${store.restoring}/notes`, 'mine');
    const { code, stderr } = await bench.run(machine, 'restore', 'pms', '--confirm', 'primary/pms');
    assert.equal(code, 10, stderr);
    assert.deepEqual(fs.readdirSync(store.restoring), ['notes']);
  });
});
