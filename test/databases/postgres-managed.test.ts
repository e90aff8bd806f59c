import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Client } from 'pg';
import type { Manifest } from '../../scripts/catalogue/manifest';
import { postgresEngine } from '../../scripts/engines/postgres';
import type { PostgresManaged } from '../../scripts/settings/datasets';
import { EngineWork, flip, whileChanged } from './engine-work';
import { database, TestPostgres } from './postgres-fixture';

describe('a managed PostgreSQL', function () {
  this.timeout(60_000);
  let bench: EngineWork;
  let server: TestPostgres;
  let settings: PostgresManaged;
  let point: Manifest;
  const engine = (drain = false) => postgresEngine(settings, { drain });
  const stored = (end: string): string => {
    const file = point.files.find(({ path: name }) => name.includes(end));
    return path.join(bench.vaultFolder, 'postgres', point.lineage, file?.path ?? '');
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    const { socketDir: host, port } = server;
    settings = {
      engine: 'postgres',
      kind: 'managed',
      host,
      port,
      user: 'postgres',
      database,
      passwordFile: null,
      ca: null,
      freshness: [],
    };
  });
  after(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  it('is copied as of one snapshot, with exact counts, while it goes on writing', async () => {
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) await server.addReservations(7);
    })();
    const taken = await bench.backUp(engine(), 'full').finally(() => over.abort());
    await writing;
    ({ point } = taken);
    const folder = await bench.restore(engine(), null);
    const copy = await engine().open(folder, bench.work());
    const census = await copy.census();
    assert.deepEqual(await copy.check(), []);
    await copy.close();
    assert.deepEqual(census.counts, taken.census?.counts);
    assert.deepEqual(census.newest, taken.census?.newest);
    assert.equal(census.counts['public.sessions']?.least, 100);
    assert.ok((census.counts['public.reservations']?.least ?? 0) >= 2000);
    assert.ok(!fs.existsSync(path.join(bench.root, 'work', 'dump')), 'the spool is gone');
    assert.deepEqual(await engine().verify(point, bench.work()), []);
  });

  it('rejects a copy of which a file was flipped, cut off or lost, and names it', async () => {
    const file = stored('.dat');
    const cut = (name: string) => fs.truncateSync(name, fs.statSync(name).size - 10);
    for (const change of [flip, cut, (name: string) => fs.rmSync(name)]) {
      await whileChanged(file, change, async () => {
        const [damage] = await engine().verify(point, bench.work());
        assert.ok(damage?.what.endsWith(path.basename(file)));
        await assert.rejects(bench.restore(engine(), point), (error: Error & { code: string }) => {
          assert.equal(error.code, 'restore-damaged');
          assert.match(error.message, new RegExp(path.basename(file)));
          return true;
        });
      });
    }
  });

  it('are the whole database, also where an incremental one is asked for', async () => {
    const taken = await bench.backUp(engine(), 'incremental');
    assert.deepEqual([taken.point.kind, taken.point.parent], ['full', null]);
  });

  it('rejects a moment other than that of the copy', async () => {
    const time = new Date(Date.parse(point.restorable.to) + 1);
    await assert.rejects(bench.restore(engine(), null, { to: 'time', time }), { code: 'restore-target-unreachable' });
  });

  it('rejects to replace a database that is in use; drained, the copy takes its name and the old one stays', async () => {
    const folder = await bench.restore(engine(), point);
    const guest = new Client({ host: server.socketDir, port: server.port, user: 'postgres', database });
    guest.on('error', () => undefined);
    await guest.connect();
    await assert.rejects(engine().checkTarget(bench.work()), { code: 'target-running' });
    await assert.rejects(engine().install(folder, bench.work()), { code: 'target-running' });
    await server.sql('DELETE FROM reservations');
    const { previous } = await engine(true).install(folder, bench.work());
    assert.match(String(previous), /^agente_db_before_\d{14}$/);
    const [{ count } = {}] = await server.sql('SELECT count(*)::int AS count FROM reservations');
    assert.ok(Number(count) >= 2000);
    assert.deepEqual(await server.sql('SELECT count(*)::int AS count FROM reservations', String(previous)), [
      { count: 0 },
    ]);
  });
});
