import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import type { Manifest } from '../../scripts/catalogue/manifest';
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
});
