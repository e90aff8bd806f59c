import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import type { Manifest } from '../../scripts/catalogue/manifest';
import { keysOf } from '../../scripts/vault/keys';
import { database, temporaryFolder, TestServer } from './mysql-fixture';
import { TestVault } from './mysql-vault';

const count = `SELECT COUNT(*) AS n FROM reservations`;

describe('recovery points of a MariaDB server', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  let full: Manifest;
  const engine = () => mysqlEngine(server.settings);

  before(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 11);
    await server.fill();
    store = new TestVault(root);
    full = await store.backUp(engine(), 'full');
  });
  after(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('know their place in the log, whose server they are of, and what it held', async () => {
    assert.match(full.positions['end'] ?? '', /^binlog\.000001:\d+$/);
    assert.match(full.positions['gtids'] ?? '', /^0-11-\d+$/);
    assert.match(full.source.identity, /^11 /);
    const census = await store.catalogue.census(full);
    assert.deepEqual(census?.counts[`${database}.reservations`], { least: 200, most: 200 });
    assert.deepEqual(await engine().verify(full, store.work()), []);
  });

  it('restore to a server whose tables and foreign keys hold', async () => {
    const folder = path.join(root, 'restored');
    await store.restore(engine(), { to: 'point' }, folder, full);
    const copy = await engine().open(folder, store.work());
    try {
      assert.deepEqual(await copy.check(), []);
      assert.deepEqual(await copy.query(count), [{ n: 200 }]);
      assert.deepEqual((await copy.census()).counts, (await store.catalogue.census(full))?.counts);
    } finally {
      await copy.close();
    }
  });

  it('miss no log between two copies where none was shipped before the second', async () => {
    await server.insert('between');
    const second = await store.backUp(engine(), 'full');
    await server.insert('after');
    const log = await store.backUp(engine(), 'log');
    assert.equal(log.positions['start'], second.positions['end']);
    assert.deepEqual(await engine().verify(full, store.work()), []);
    for (const { id } of [second, log]) await store.vault.remove(keysOf('pms', store.lineage).manifest(id));
    await server.sql(`DELETE FROM ${database}.reservations WHERE id > 200`);
    full = await store.backUp(engine(), 'full');
  });

  it('are continued by pieces of log, and restore to the transaction that is named', async () => {
    await server.insert('one');
    const gtid = await server.run(async (session) => {
      const [rows] = await session.query('SELECT @@gtid_binlog_pos AS at');
      return (rows as { at: string }[])[0]?.at ?? '';
    });
    const first = await store.backUp(engine(), 'log');
    await server.sql('FLUSH BINARY LOGS');
    await server.insert('two');
    await server.insert('three');
    const second = await store.backUp(engine(), 'log');
    assert.equal(first.parent, full.id);
    assert.equal(second.parent, first.id);
    assert.equal(second.positions['start'], first.positions['end']);
    for (const log of [first, second]) assert.deepEqual(await engine().verify(log, store.work()), []);
    assert.deepEqual(await store.restoredRows(engine(), { to: 'latest' }, count), [{ n: 203 }]);
    const one = await store.restoredRows(
      engine(),
      { to: 'position', position: gtid },
      'SELECT MAX(note) AS n FROM reservations WHERE id > 200',
    );
    assert.deepEqual(one, [{ n: 'one' }]);
  });

  it('miss a piece of log behind them only for as long as none has expired', async () => {
    const newer = await store.backUp(engine(), 'full');
    await server.insert('four');
    const log = await store.backUp(engine(), 'log');
    assert.equal(log.parent, newer.id);
    const { points } = await store.catalogue.list();
    for (const { id } of points.filter(({ kind }) => kind === 'log').slice(0, -1)) {
      await store.vault.remove(keysOf('pms', store.lineage).manifest(id));
    }
    const facts = async (days: number) => {
      const now = () => new Date(Date.now() + days * 86_400_000);
      return (await engine().verify(full, { ...store.work(), now })).map(({ fact }) => fact);
    };
    assert.match((await facts(6)).join(), /the log is missing from binlog.000001/);
    assert.deepEqual(await facts(8), []);
  });
});
