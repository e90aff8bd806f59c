import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Manifest } from '../../scripts/catalogue/manifest';
import { Age } from '../../scripts/encryption/age';
import { mysqlEngine } from '../../scripts/engines/mysql/mysql';
import { scanLog } from '../../scripts/engines/mysql/log-scan';
import { temporaryFolder, TestServer } from './mysql-fixture';
import { ageKey, flip, TestVault } from './mysql-vault';

const count = 'SELECT COUNT(*) AS n FROM reservations';

/** Nothing that a server would open as if it were good. */
function assertNothingRestored(folder: string): void {
  assert.ok(!fs.existsSync(path.join(folder, 'data')));
  assert.ok(!fs.existsSync(path.join(folder, 'data.unfinished')));
}

describe('damage to the recovery points of a MariaDB server', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  let full: Manifest;
  const logs: Manifest[] = [];
  const engine = () => mysqlEngine(server.settings);

  before(async () => {
    root = temporaryFolder();
    server = await TestServer.create(root, 'server', 31);
    await server.fill(300);
    store = new TestVault(root);
    full = await store.backUp(engine(), 'full');
    for (const note of ['one', 'two', 'three']) {
      await server.insert(note);
      logs.push(await store.backUp(engine(), 'log'));
      await server.sql('FLUSH BINARY LOGS');
    }
  });
  after(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  /** Verifies and restores with a file changed, and puts it back. */
  async function withDamage(point: Manifest, spoil: (file: string) => void): Promise<void> {
    const file = store.fileOf(point);
    const name = path.basename(file);
    const folder = fs.mkdtempSync(path.join(root, 'restored-'));
    fs.copyFileSync(file, `${root}/sound`);
    try {
      spoil(file);
      const damage = await engine().verify(point, store.work());
      assert.ok(
        damage.some(({ what }) => what.endsWith(name)),
        JSON.stringify(damage),
      );
      await assert.rejects(store.restore(engine(), { to: 'latest' }, folder), (error: Error & { code: string }) => {
        assert.equal(error.code, 'restore-damaged');
        assert.ok(error.message.includes(name), error.message);
        return true;
      });
      assertNothingRestored(folder);
      await assert.rejects(engine().open(folder, store.work()), { code: 'restore-damaged' });
    } finally {
      fs.copyFileSync(`${root}/sound`, file);
      fs.rmSync(folder, { recursive: true });
    }
  }

  const middle = (file: string): number => Math.floor(fs.statSync(file).size / 2);
  for (const [thing, point] of [
    ['the full copy', () => full],
    ['a piece of log in the middle', () => logs[1] as Manifest],
  ] as const) {
    it(`is named: ${thing}, one bit flipped`, () => withDamage(point(), (file) => flip(file, middle(file))));
    it(`is named: ${thing}, truncated`, () => withDamage(point(), (file) => fs.truncateSync(file, middle(file))));
    it(`is named: ${thing}, missing`, () => withDamage(point(), (file) => fs.rmSync(file)));
  }

  it('is named: a gap in the log, by the places that it lacks', async () => {
    const gone = logs[1] as Manifest;
    const manifest = path.join(root, 'vault', 'pms', gone.lineage, 'catalogue', `${gone.id}.json`);
    fs.renameSync(manifest, `${root}/manifest`);
    try {
      await assert.rejects(
        engine().planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, store.work()),
        {
          code: 'log-gap',
          message: new RegExp(`${gone.positions['start'] ?? ''} to ${gone.positions['end'] ?? ''}`),
        },
      );
      assert.match((await engine().verify(full, store.work()))[0]?.fact ?? '', /the log is missing/);
      assert.match((await engine().verify(logs[2] as Manifest, store.work()))[0]?.what ?? '', /binary log before/);
    } finally {
      fs.renameSync(`${root}/manifest`, manifest);
    }
    assert.deepEqual(await engine().verify(full, store.work()), []);
  });

  it('is named: a byte of a log file, which mariadb-binlog replays without a word', async () => {
    const source = path.join(server.data, 'binlog.000002');
    const copy = path.join(root, 'binlog.000002');
    fs.copyFileSync(source, copy);
    const { to } = await scanLog(copy);
    assert.equal(to, fs.statSync(source).size);
    flip(copy, to - 60);
    execFileSync('mariadb-binlog', ['--no-defaults', copy], { stdio: 'ignore' });
    await assert.rejects(scanLog(copy), /binlog\.000002 at \d+: the checksum of an event does not hold/);
  });

  it('rejects the log of a twin that has the same number and the same names of files', async () => {
    const twin = await TestServer.create(root, 'twin', 31);
    try {
      await twin.fill(300);
      for (const note of ['eno', 'owt', 'eerht']) {
        await twin.insert(note);
        await twin.sql('FLUSH BINARY LOGS');
      }
      await assert.rejects(store.backUp(mysqlEngine(twin.settings), 'log'), { code: 'lineage-owned' });
    } finally {
      await twin.end('SIGKILL');
    }
  });

  it('rejects a log whose last shipped event is another by now', async () => {
    const { id, lineage, positions } = logs[2] as Manifest;
    const manifest = path.join(root, 'vault', 'pms', lineage, 'catalogue', `${id}.json`);
    const text = fs.readFileSync(manifest, 'utf8');
    const [file = '', start = '', crc = ''] = (positions['last'] ?? '').split(' ');
    fs.writeFileSync(manifest, text.replace(`${start} ${crc}`, `${start} 00c0ffee`));
    try {
      await assert.rejects(store.backUp(engine(), 'log'), {
        code: 'lineage-owned',
        message: new RegExp(`its event at ${file}:${start} is another than the one that was shipped`),
      });
    } finally {
      fs.writeFileSync(manifest, text);
    }
  });

  it('rejects a key that opens nothing of it, by the name of the fault', async () => {
    const stranger = ageKey(root, 'stranger.key');
    const wrong = new Age(store.age.recipients, stranger.file);
    const folder = path.join(root, 'wrong-key');
    const plan = await engine().planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, store.work());
    await assert.rejects(engine().restore(plan, folder, store.work(undefined, wrong)), { code: 'key-wrong' });
    assertNothingRestored(folder);
  });

  it('rejects targets outside what is restorable, with the range', async () => {
    const plan = (time: Date) =>
      engine().planRestore({ target: { to: 'time', time }, base: null, logFolder: null }, store.work());
    await assert.rejects(plan(new Date(Date.now() + 3_600_000)), {
      code: 'restore-target-unreachable',
      message: /after .* up to which/,
    });
    await assert.rejects(plan(new Date(Date.parse(full.restorable.from) - 60_000)), {
      code: 'restore-target-unreachable',
      message: /the oldest copy is of/,
    });
    await assert.rejects(
      store.restore(engine(), { to: 'position', position: '0-31-999999' }, path.join(root, 'no-such')),
      { code: 'restore-target-unreachable' },
    );
  });

  it('leaves no state that opens when a restore is killed, and the next one begins anew', async () => {
    const folder = path.join(root, 'killed');
    const stop = new AbortController();
    const plan = await engine().planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, store.work());
    const restoring = engine().restore(plan, folder, store.work(stop.signal));
    setTimeout(() => stop.abort(), 400);
    await assert.rejects(restoring);
    await assert.rejects(engine().open(folder, store.work()), { code: 'restore-damaged' });
    await assert.rejects(engine().install(folder, store.work()), { code: 'restore-damaged' });
    await engine().restore(plan, folder, store.work());
    const copy = await engine().open(folder, store.work());
    assert.deepEqual(await copy.query(count), [{ n: 303 }]);
    await copy.close();
  });

  it('rejects a folder that holds something else', async () => {
    const folder = path.join(root, 'mine');
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'letter'), 'keep');
    await assert.rejects(store.restore(engine(), { to: 'latest' }, folder), { code: 'target-wrong' });
    assert.ok(fs.existsSync(path.join(folder, 'letter')));
  });
});
