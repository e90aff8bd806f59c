import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { mysqlEngine } from '../../../scripts/engines/mysql/mysql';
import { database, temporaryFolder, TestServer } from '../mysql-fixture';
import { flip, TestVault } from '../mysql-vault';

const count = 'SELECT COUNT(*) AS n FROM reservations';

describe('archives of MariaDB from before there were recovery points', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  const archive = () => path.join(root, 'qloapps-20241015.sql.gz');
  const engine = () => mysqlEngine(server.settings);

  before(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 71);
    await server.fill();
    store = new TestVault(root);
    const dump = execFileSync('mariadb-dump', [
      '--no-defaults',
      '--user=root',
      `--socket=${server.socket}`,
      '--routines',
      database,
    ]);
    fs.writeFileSync(archive(), gzipSync(dump));
    fs.writeFileSync(path.join(root, 'cut.sql.gz'), gzipSync(dump.subarray(0, dump.lastIndexOf('-- Dump completed'))));
  });

  after(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('restore as every other point', async () => {
    const folder = path.join(root, 'archive');
    await engine().restoreArchive(archive(), folder, store.work());
    const copy = await engine().open(folder, store.work());
    assert.deepEqual(await copy.check(), []);
    assert.ok(Number((await copy.query(count))[0]?.['n']) >= 200);
    await copy.close();
  });

  for (const [fault, spoil] of [
    ['truncated', (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
    ['flipped', (file: string) => flip(file, fs.statSync(file).size - 400)],
    [
      'whole for gzip, but without the last line of its dump',
      (file: string) => fs.copyFileSync(path.join(root, 'cut.sql.gz'), file),
    ],
  ] as const) {
    it(`rejects one that is ${fault}, by its name`, async () => {
      const bad = path.join(root, `bad-${fault.slice(0, 5)}.sql.gz`);
      const folder = path.join(root, `into-${fault.slice(0, 5)}`);
      fs.copyFileSync(archive(), bad);
      spoil(bad);
      await assert.rejects(engine().restoreArchive(bad, folder, store.work()), (error: Error & { code: string }) => {
        assert.equal(error.code, 'restore-damaged');
        assert.ok(error.message.includes(bad), error.message);
        return true;
      });
      await assert.rejects(engine().open(folder, store.work()), { code: 'restore-damaged' });
    });
  }
});
