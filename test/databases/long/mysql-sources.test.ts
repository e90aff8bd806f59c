import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { mysqlEngine } from '../../../scripts/engines/mysql/mysql';
import { temporaryFolder, TestServer } from '../mysql-fixture';
import { flip, TestVault } from '../mysql-vault';

describe('damage to the log of a MariaDB server', function () {
  this.timeout(60_000);
  let root: string;

  before(() => {
    root = temporaryFolder();
  });
  after(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('rejects to ship a log whose file is damaged at the source', async () => {
    const victim = await TestServer.create(root, 'victim', 32);
    const its = new TestVault(fs.mkdtempSync(path.join(root, 'victim-')));
    try {
      await victim.fill(10);
      await its.backUp(mysqlEngine(victim.settings), 'full');
      await victim.insert('here');
      const log = path.join(victim.data, 'binlog.000001');
      flip(log, fs.statSync(log).size - 60);
      await assert.rejects(its.backUp(mysqlEngine(victim.settings), 'log'), {
        code: 'source-damaged',
        message: /binlog\.000001 at \d+/,
      });
      assert.equal((await its.catalogue.list()).points.length, 1);
    } finally {
      await victim.end('SIGKILL');
    }
  });

  it('is named: a log that the server purged before it was shipped', async () => {
    const victim = await TestServer.create(root, 'purged', 33);
    const its = new TestVault(fs.mkdtempSync(path.join(root, 'purged-')));
    try {
      await victim.fill(10);
      await its.backUp(mysqlEngine(victim.settings), 'full');
      await victim.sql('FLUSH BINARY LOGS', 'FLUSH BINARY LOGS', "PURGE BINARY LOGS TO 'binlog.000003'");
      await assert.rejects(its.backUp(mysqlEngine(victim.settings), 'log'), {
        code: 'log-gap',
        message: /binlog\.000001/,
      });
      // A full copy heals it: a new history begins.
      await its.backUp(mysqlEngine(victim.settings), 'full');
      await its.backUp(mysqlEngine(victim.settings), 'log');
    } finally {
      await victim.end('SIGKILL');
    }
  });
});
