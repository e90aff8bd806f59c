import assert from 'node:assert/strict';
import { execFileSync, fork } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { mysqlEngine } from '../../../scripts/engines/mysql/mysql';
import { giveToServerUser } from '../../../scripts/programs/server-programs';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { database, temporaryFolder, TestServer } from '../mysql-fixture';
import { TestVault } from '../mysql-vault';

const count = 'SELECT COUNT(*) AS n FROM reservations';

describe('backups and restores of a MariaDB server under misfortune', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  const mounts: string[] = [];
  const engine = () => mysqlEngine(server.settings);

  before(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 51);
    await server.fill(2_000);
    store = new TestVault(root);
  });
  after(async () => {
    await server.end('SIGKILL');
    for (const mount of mounts) execFileSync('umount', ['-l', mount]);
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** A disk that is soon full. */
  function smallDisk(kilobytes: number): string {
    const folder = fs.mkdtempSync(path.join(root, 'disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k,mode=711`, 'none', folder]);
    mounts.push(folder);
    giveToServerUser(folder);
    return folder;
  }

  const objects = async () =>
    (await store.vault.list('pms/')).map(({ key }) => key).filter((key) => key.includes('/points/'));

  it('leave nothing in the vault when a backup is stopped half-way, and the next one works', async () => {
    const stop = new AbortController();
    const started = objects();
    const backup = store.backUp(engine(), 'full', store.work(stop.signal));
    setTimeout(() => stop.abort(), 150);
    await assert.rejects(backup, { code: 'cancelled' });
    assert.deepEqual(await objects(), await started);
    assert.deepEqual((await store.catalogue.list()).points, []);
    const full = await store.backUp(engine(), 'full');
    assert.deepEqual(await engine().verify(full, store.work()), []);
  });

  it('list nothing of a backup whose process is killed, and no program outlives it', async () => {
    const before = await objects();
    const child = fork(path.join(__dirname, '../mysql-killed-backup.ts'), [root, server.data, server.socket], {
      execArgv: ['-r', path.join(__dirname, '../../../tools/register.js')],
    });
    await new Promise((resolve) => child.once('message', resolve));
    await pause(120);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    await pause(300);
    assert.deepEqual(await objects(), before);
    const left = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.ok(!left.split('\n').some((line) => line.startsWith('mariadb-backup') && line.includes(root)));
    await store.backUp(engine(), 'full');
  });

  it('are both whole when two are taken at once', async () => {
    const [one, two] = await Promise.all([store.backUp(engine(), 'full'), store.backUp(engine(), 'full')]);
    for (const point of [one, two]) {
      assert.deepEqual(await store.restoredRows(engine(), { to: 'point' }, count, point), [{ n: 2_000 }]);
    }
  });

  it('rejects a copy whose target disk is full: disk-full, and nothing is listed', async () => {
    const small = new FolderVault(smallDisk(128));
    await assert.rejects(engine().backUp('20261128T000000Z-full-0000', 'full', { ...store.work(), vault: small }), {
      code: 'disk-full',
    });
    assert.deepEqual(await small.list('pms/'), []);
  });

  it('rejects a restore whose disk is full: disk-full, and nothing opens', async () => {
    const folder = path.join(smallDisk(8_192), 'restored');
    await assert.rejects(store.restore(engine(), { to: 'latest' }, folder), { code: 'disk-full' });
    await assert.rejects(engine().open(folder, store.work()), { code: 'restore-damaged' });
  });

  it('rejects a piece of log for which this disk has no room: disk-full', async () => {
    await server.sql(
      `CREATE TABLE ${database}.big (t LONGTEXT) ENGINE=InnoDB`,
      `INSERT INTO ${database}.big SELECT REPEAT(MD5(seq), 8192) FROM ${database}.seq_1_to_16`,
    );
    const folder = smallDisk(2_048);
    await assert.rejects(engine().backUp('20261128T000001Z-log-0000', 'log', { ...store.work(), folder }), {
      code: 'disk-full',
    });
    await store.backUp(engine(), 'log');
  });

  it('are broken on purpose by a row without its parent: the check names table and key', async () => {
    await server.run(async (session) => {
      await session.query('SET SESSION foreign_key_checks = 0');
      await session.query(
        `INSERT INTO ${database}.reservations (hotel, note, created_at) VALUES (77, 'orphan', NOW(6))`,
      );
    });
    await store.backUp(engine(), 'log');
    const folder = path.join(root, 'orphan');
    await store.restore(engine(), { to: 'latest' }, folder);
    const copy = await engine().open(folder, store.work());
    const damage = await copy.check();
    await copy.close();
    assert.deepEqual(damage, [{ what: `${database}.reservations`, fact: '1 row(s) break the foreign key at_hotel' }]);
    await server.sql(`DELETE FROM ${database}.reservations WHERE note = 'orphan'`);
    await store.backUp(engine(), 'log');
  });

  it('rejects to copy a server one of whose pages is damaged on disk, naming the table', async () => {
    const victim = await TestServer.create(root, 'victim', 52);
    await victim.fill(5_000);
    await victim.end('SIGTERM');
    const file = path.join(victim.data, database, 'reservations.ibd');
    const handle = fs.openSync(file, 'r+');
    fs.writeSync(handle, Buffer.alloc(64, 0xa5), 0, 64, 5 * 16_384 + 9_000);
    fs.closeSync(handle);
    await victim.start();
    try {
      const its = new TestVault(fs.mkdtempSync(path.join(root, 'victim-')));
      await assert.rejects(
        its.backUp(mysqlEngine({ ...victim.settings, database: 'mysql', freshness: [] }), 'full'),
        (error: Error & { code: string }) => {
          assert.equal(error.code, 'source-damaged');
          assert.match(error.message, /reservations/);
          return true;
        },
      );
      assert.deepEqual((await its.catalogue.list()).points, []);
    } finally {
      await victim.end('SIGKILL');
    }
  });

  it('are put in place by a rename beside the old files, never under a running server', async () => {
    const folder = path.join(root, 'install');
    await store.restore(engine(), { to: 'latest' }, folder);
    await assert.rejects(engine().install(folder, store.work()), { code: 'target-running' });
    await assert.rejects(engine().checkTarget(store.work()), { code: 'target-running' });
    await server.sql(`DELETE FROM ${database}.reservations`);
    await server.end('SIGTERM');
    const { previous } = await engine().install(folder, store.work());
    assert.ok(previous !== null && fs.existsSync(path.join(previous, 'ibdata1')));
    await server.start();
    await server.run(async (session) => {
      const [rows] = await session.query(`SELECT COUNT(*) AS n FROM ${database}.reservations`);
      assert.deepEqual(JSON.parse(JSON.stringify(rows)), [{ n: 2_000 }]);
    });
    // A restored server writes another history, and says so.
    await assert.rejects(store.backUp(engine(), 'log'), { code: 'lineage-owned' });
    const again = await store.backUp(engine(), 'full');
    await server.insert('new life');
    await store.backUp(engine(), 'log');
    assert.deepEqual(await store.restoredRows(engine(), { to: 'latest' }, count, again), [{ n: 2_001 }]);
  });
});
