import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { postgresEngine } from '../../../scripts/engines/postgres';
import { silent } from '../../../scripts/progress/progress';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { EngineWork } from '../engine-work';
import { TestPostgres } from '../postgres-fixture';
import { grow, killedRun, smallDisk } from '../postgres-trouble';

type Failure = Error & { code: string };

describe('a PostgreSQL server in trouble', function () {
  this.timeout(180_000);
  let bench: EngineWork;
  let server: TestPostgres;
  let atEnd: (() => void)[];
  const engine = (of = server) => postgresEngine(of.settings);

  beforeEach(async () => {
    bench = new EngineWork('postgres', 'postgres');
    atEnd = [];
    server = await TestPostgres.create(path.join(bench.root, 'server'));
  });
  afterEach(async () => {
    await server.end('SIGKILL');
    for (const step of atEnd.reverse()) step();
    bench.remove();
  });

  it('rejects a second backup while one runs', async () => {
    await bench.backUp(engine(), 'full');
    await grow(server, 60);
    const [one, two] = await Promise.allSettled([bench.backUp(engine(), 'full'), bench.backUp(engine(), 'full')]);
    const failures = [one, two].flatMap((each) => (each.status === 'rejected' ? [each.reason as Failure] : []));
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['backup-running'],
    );
    await bench.backUp(engine(), 'incremental');
  });

  it('rejects a backup that the vault has no room for; the next one with room succeeds', async () => {
    const folder = path.join(bench.root, 'vault', 'postgres');
    atEnd.push(smallDisk(folder, 12));
    await grow(server, 40);
    await assert.rejects(bench.backUp(engine(), 'full'), (error: Failure) => {
      assert.equal(error.code, 'disk-full', error.message);
      return true;
    });
    assert.deepEqual((await bench.work().catalogue.list()).points, []);
    execFileSync('mount', ['-o', 'remount,size=500m', folder]);
    await bench.backUp(engine(), 'full');
  });

  it('takes a good backup of a server whose own disk is full, or says that it is', async () => {
    const disk = path.join(bench.root, 'full-disk');
    atEnd.push(smallDisk(disk, 180));
    const cramped = await TestPostgres.create(path.join(disk, 'server'));
    try {
      await bench.backUp(engine(cramped), 'full');
      const fill = execFileSync('sh', ['-c', `dd if=/dev/zero of=${disk}/fill bs=64k 2>&1 || true`]);
      assert.match(String(fill), /No space left/);
      await bench.backUp(engine(cramped), 'full').then(
        async ({ point }) => {
          assert.deepEqual(await engine(cramped).verify(point, bench.work()), []);
        },
        (error: unknown) => {
          assert.match((error as Failure).code, /disk-full|server-failed|log-gap/);
        },
      );
    } finally {
      await cramped.end('SIGKILL');
    }
  });

  it('is backed up again after a backup that was killed, of which nothing is listed', async () => {
    await bench.backUp(engine(), 'full');
    await grow(server, 80);
    const folder = path.join(bench.vaultFolder, 'postgres', 'test-g1', 'pgbackrest', 'backup', 'main');
    const inProgress = () => fs.readdirSync(folder).filter((name) => /^\d{8}-\d{6}F$/.test(name)).length > 1;
    await killedRun(bench, server, { task: 'full', folder: '', when: inProgress });
    assert.equal((await bench.work().catalogue.list()).points.length, 1);
    const { point } = await bench.backUp(engine(), 'incremental');
    assert.deepEqual(await engine().verify(point, bench.work()), []);
    const copy = await engine().open(await bench.restore(engine(), point), bench.work());
    assert.deepEqual(await copy.query('SELECT count(*) AS count FROM ballast'), [{ count: 80_000 }]);
    await copy.close();
  });

  it('rejects a backup of damaged pages and keeps none of it, though pgBackRest ends well', async () => {
    const { point } = await bench.backUp(engine(), 'full');
    const [{ file } = {}] = await server.sql("SELECT pg_relation_filepath('reservations') AS file");
    await server.sql('CHECKPOINT');
    const name = path.join(server.data, String(file));
    const handle = fs.openSync(name, 'r+');
    const byte = Buffer.alloc(1);
    fs.readSync(handle, byte, 0, 1, 8192 + 5000);
    fs.writeSync(handle, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, 8192 + 5000);
    fs.closeSync(handle);
    await assert.rejects(bench.backUp(engine(), 'full'), (error: Failure) => {
      assert.equal(error.code, 'source-damaged');
      assert.match(error.message, new RegExp(String(file)));
      return true;
    });
    assert.deepEqual(
      (await bench.work().catalogue.list()).points.map(({ id }) => id),
      [point.id],
    );
    assert.deepEqual(await engine().verify(point, bench.work()), []);
  });

  it('stops cleanly when it is told to: no process is left, and the next backup succeeds', async () => {
    await bench.backUp(engine(), 'full');
    await grow(server, 60);
    const abort = new AbortController();
    // With the first file that is copied.
    const step = { ...silent.begin('copying', null), set: () => abort.abort() };
    const progress = { ...silent, begin: () => step };
    await assert.rejects(bench.backUp(engine(), 'full', { signal: abort.signal, progress }), { code: 'cancelled' });
    await pause(500);
    const left = execFileSync('sh', ['-c', `ps -eo args | grep -c "[p]gbackrest.*${bench.root}.* backup" || true`]);
    assert.equal(String(left).trim(), '0');
    await bench.backUp(engine(), 'full');
  });

  it('rejects a vault that is not mounted', async () => {
    const vault = new FolderVault(path.join(bench.root, 'nowhere'));
    await assert.rejects(bench.backUp(engine(), 'full', { vault }), { code: 'store-unreachable' });
  });
});
