import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import { database, temporaryFolder, TestServer } from './mysql-fixture';
import { TestVault } from './mysql-vault';
import { aim, randomFrom, stateQuery, writeLedger, type Entry } from './mysql-ledger';

/** `npm run test:deep` asks for more. */
const targets = Number(process.env['PITR_TARGETS'] ?? '5');

describe('a restore of MariaDB to a moment', function () {
  this.timeout(60_000 + targets * 5_000);
  const seed = Number(process.env['PITR_SEED'] ?? String(Date.now() % 1_000_000));
  const random = randomFrom(seed);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  let entries: Entry[];
  const engine = () => mysqlEngine(server.settings);

  before(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 61);
    await server.fill(20);
    store = new TestVault(root);
    await store.backUp(engine(), 'full');
    entries = [];
    const writing = writeLedger(server, 200, random).then((all) => (entries = all));
    for (let n = 0; n < 3; n++) {
      await pause(700);
      await store.backUp(engine(), 'log');
    }
    await writing;
    await pause(1_100);
    await store.backUp(engine(), 'log');
  });
  after(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  for (let n = 1; n <= targets; n++) {
    it(`is exact against the ledger (${n} of ${targets}, PITR_SEED=${seed})`, async () => {
      const { target, entry } = aim(entries, random);
      const rows = await store.restoredRows(engine(), target, stateQuery);
      assert.deepEqual(rows, [{ n: entry.rows, total: entry.sum }], JSON.stringify({ target, entry }));
    });
  }

  it('takes the last log from a folder when the vault does not have it', async () => {
    await server.sql(`REPLACE INTO ${database}.ledger VALUES (2000, 1)`);
    const folder = path.join(root, 'loose');
    const into = path.join(root, 'from-loose');
    fs.mkdirSync(folder);
    for (const name of fs.readdirSync(server.data).filter((each) => /^binlog\.\d+$/.test(each))) {
      fs.copyFileSync(path.join(server.data, name), path.join(folder, name));
    }
    const plan = await engine().planRestore({ target: { to: 'latest' }, base: null, logFolder: folder }, store.work());
    await engine().restore(plan, into, store.work());
    const copy = await engine().open(into, store.work());
    const rows = await copy.query('SELECT COUNT(*) AS n FROM ledger WHERE id = 2000');
    await copy.close();
    assert.deepEqual(rows, [{ n: 1 }]);
  });

  it('rejects a place inside a transaction, naming where it begins and ends', async () => {
    const { position } = entries.at(-2) as Entry;
    const [file = '', offset = ''] = position.split(':');
    const inside = `${file}:${Number(offset) - 10}`;
    await assert.rejects(store.restore(engine(), { to: 'position', position: inside }, path.join(root, 'inside')), {
      code: 'restore-target-unreachable',
      message: /lies inside transaction 0-61-\d+, which goes from binlog\.\d+:\d+ to binlog\.\d+:\d+/,
    });
  });
});
