import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as tls from 'node:tls';
import type { Manifest } from '../../../scripts/catalogue/manifest';
import type { RestoreTarget } from '../../../scripts/engines/engine';
import { postgresEngine } from '../../../scripts/engines/postgres';
import { S3Vault } from '../../../scripts/vault/s3-vault';
import { startStore, type TestStore } from '../../scripts/store-support';
import { EngineWork } from '../engine-work';
import { certificates } from '../mysql-certificates';
import { TestPostgres } from '../postgres-fixture';
import { grow } from '../postgres-trouble';

type Failure = Error & { code: string };

describe('a PostgreSQL server whose vault is a bucket', function () {
  this.timeout(240_000);
  const trusted = tls.getCACertificates('default');
  const bundle = process.env['AWS_CA_BUNDLE'];
  let bench: EngineWork;
  let server: TestPostgres;
  let store: TestStore;
  let vault: S3Vault;
  let full: Manifest;
  const engine = () => postgresEngine(server.settings);

  const countAt = async (target: RestoreTarget): Promise<unknown> => {
    const folder = bench.fresh('restored');
    const work = bench.work({ vault });
    const plan = await engine().planRestore({ target, base: null, logFolder: null }, work);
    await engine().restore(plan, folder, work);
    const copy = await engine().open(folder, work);
    try {
      return (await copy.query('SELECT count(*) AS count FROM reservations'))[0]?.['count'];
    } finally {
      await copy.close();
      fs.rmSync(folder, { recursive: true });
    }
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    const { ca, cert, key } = certificates(bench.root);
    fs.chmodSync(ca, 0o644);
    tls.setDefaultCACertificates([...trusted, fs.readFileSync(ca, 'utf8')]);
    process.env['AWS_CA_BUNDLE'] = ca;
    store = await startStore({ cert, key });
    vault = new S3Vault(await store.createBucket());
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    ({ point: full } = await bench.backUp(engine(), 'full', { vault }));
  });
  after(async () => {
    await server.end('SIGKILL');
    vault.close();
    await store.stop();
    bench.remove();
    tls.setDefaultCACertificates(trusted);
    if (bundle === undefined) delete process.env['AWS_CA_BUNDLE'];
    else process.env['AWS_CA_BUNDLE'] = bundle;
  });

  it('is backed up and restored over TLS, and nothing in the bucket can be read without the key', async () => {
    await server.addReservations(10);
    await bench.backUp(engine(), 'incremental', { vault });
    await server.addReservations(5);
    await server.archive();
    assert.deepEqual(await engine().verify(full, bench.work({ vault })), []);
    assert.equal(await countAt({ to: 'latest' }), 2015);
    for (const { key } of await vault.list('postgres/test-g1/pgbackrest/')) {
      const [head] = (await (await vault.get(key)).take(1).toArray()) as [Buffer];
      assert.equal(head.toString('latin1', 0, 8), 'Salted__', key);
    }
  });

  it('goes on archiving where it stopped once the bucket is back', async () => {
    await store.kill();
    await server.addReservations(7);
    await server.sql('SELECT pg_switch_wal()');
    const isFailing = async () =>
      (await server.sql('SELECT last_failed_time > last_archived_time AS failing FROM pg_stat_archiver'))[0]?.[
        'failing'
      ];
    while ((await isFailing()) !== true) await pause(100);
    await store.revive();
    await server.archive();
    assert.equal(await countAt({ to: 'latest' }), 2022);
  });

  it('rejects a backup from under which the bucket goes, and lists nothing of it; the next one succeeds', async () => {
    await grow(server, 80);
    await server.archive();
    const listed = (await bench.work({ vault }).catalogue.list()).points.length;
    const backingUp = bench.backUp(engine(), 'full', { vault });
    const refused = assert.rejects(backingUp, (error: Failure) => {
      assert.equal(error.code, 'store-unreachable', error.message);
      return true;
    });
    const isCopying = async () =>
      (await vault.list('postgres/test-g1/pgbackrest/backup/main/')).some(
        ({ key }) => /F\/bundle\/|F\/pg_data\//.test(key) && !key.includes(full.positions['label'] ?? ''),
      );
    while (!(await isCopying())) await pause(50);
    await store.kill();
    await refused;
    await store.revive();
    assert.equal((await bench.work({ vault }).catalogue.list()).points.length, listed);
    await server.archive();
    await bench.backUp(engine(), 'full', { vault });
    await server.addReservations(1);
    await server.archive();
    const [{ count } = {}] = await server.sql('SELECT count(*)::int AS count FROM reservations');
    assert.equal(await countAt({ to: 'latest' }), count);
  });

  it('rejects a backup whose credentials ran out on the way, and names no secret', async () => {
    const before = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'run-out-and-secret';
    try {
      // The vault holds what it began with; pgBackRest is told what there is now.
      await assert.rejects(bench.backUp(engine(), 'full', { vault }), (error: Failure) => {
        assert.equal(error.code, 'vault-denied', error.message);
        assert.doesNotMatch(error.message, /run-out-and-secret/);
        return true;
      });
    } finally {
      process.env['AWS_SECRET_ACCESS_KEY'] = before;
    }
    await bench.backUp(engine(), 'incremental', { vault });
  });
});
