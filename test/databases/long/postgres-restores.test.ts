import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { postgresEngine } from '../../../scripts/engines/postgres';
import { EngineWork } from '../engine-work';
import { TestPostgres } from '../postgres-fixture';
import { grow, killedRun, smallDisk, startedCarelessly, untilLeft } from '../postgres-trouble';

describe('a restore of PostgreSQL in trouble', function () {
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

  it('leaves nothing that opens when a restore is killed, in the copy or in the replay; the next one goes on', async () => {
    await grow(server, 60);
    await bench.backUp(engine(), 'full');
    await server.sql('CREATE TABLE later AS SELECT * FROM ballast');
    await server.archive();
    const folder = bench.fresh('killed');
    const data = path.join(folder, 'data');
    const moments: [() => boolean, RegExp][] = [
      [() => fs.existsSync(path.join(data, 'base', '1')), /pg_control|valid data directory|PG_VERSION/],
      [
        () => fs.existsSync(path.join(data, 'recovery.signal')) && fs.existsSync(path.join(data, 'postmaster.pid')),
        /must specify restore_command/,
      ],
    ];
    for (const [moment, refusal] of moments) {
      await killedRun(bench, server, { task: 'restore', folder, when: moment });
      await assert.rejects(engine().open(folder, bench.work()), { code: 'restore-damaged' });
      await untilLeft(data);
      assert.match(startedCarelessly(data, bench.folder('careless')), refusal);
    }
    const plan = await engine().planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, bench.work());
    await engine().restore(plan, folder, bench.work());
    const copy = await engine().open(folder, bench.work());
    assert.deepEqual(await copy.query('SELECT count(*) AS count FROM later'), [{ count: 60_000 }]);
    assert.deepEqual(await copy.check(), []);
    await copy.close();
  });

  it('rejects a replay whose copy the checks find damaged: a page, an index, a reservation of no session', async () => {
    await bench.backUp(engine(), 'full');
    const folder = await bench.restore(engine(), null);
    const copy = await engine().open(folder, bench.work());
    assert.deepEqual(await copy.check(), []);
    await copy.close();
    const broken = new TestPostgres(path.join(bench.root, 'broken'));
    broken.makeFolders();
    fs.cpSync(path.join(folder, 'data'), broken.data, { recursive: true });
    execFileSync('chown', ['-R', '--reference', path.join(folder, 'data'), broken.data]);
    execFileSync('chmod', ['0700', broken.data]);
    broken.configure();
    await broken.start();
    await broken.sql(`SET session_replication_role = replica; DELETE FROM sessions WHERE id = 7`);
    const [{ heap, index } = {}] = await broken.sql(
      `SELECT pg_relation_filepath('sessions') AS heap, pg_relation_filepath('by_note') AS index`,
    );
    // Rows that the index never hears of.
    await broken.sql(
      `UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'by_note'::regclass`,
    );
    await broken.sql(`INSERT INTO reservations (session, note) SELECT 1, 'unseen' FROM generate_series(1, 5)`);
    await broken.sql(`UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'by_note'::regclass`);
    await broken.end();
    assert.notEqual(heap, index);
    const target = path.join(folder, 'data');
    fs.rmSync(target, { recursive: true });
    fs.renameSync(broken.data, target);
    // The flip that hits a page's own LSN: pgBackRest takes the page for one that is being written.
    const handle = fs.openSync(path.join(target, String(heap)), 'r+');
    fs.writeSync(handle, Buffer.from([0x7f]), 0, 1, 3);
    fs.closeSync(handle);
    const opened = await engine().open(folder, bench.work());
    const found = (await opened.check()).map(({ what }) => what);
    await opened.close();
    const named = (pattern: RegExp) =>
      assert.ok(
        found.some((what) => pattern.test(what)),
        `${String(pattern)} in ${found.join()}`,
      );
    named(new RegExp(String(heap)));
    named(/public\.by_note/);
    named(/public\.reservations reservations_session_fkey/);
  });

  it('rejects to be replaced while it runs, and another cluster in its place; then the swap keeps the old files', async () => {
    await bench.backUp(engine(), 'full');
    await server.addReservations(1);
    await server.archive();
    const folder = await bench.restore(engine(), null);
    await assert.rejects(engine().checkTarget(bench.work()), { code: 'target-running' });
    await assert.rejects(engine().install(folder, bench.work()), { code: 'target-running' });
    await server.end();
    const other = await TestPostgres.create(path.join(bench.root, 'other'), { filled: false });
    await other.end();
    await assert.rejects(engine(other).install(folder, bench.work()), { code: 'target-wrong' });
    const { previous } = await engine().install(folder, bench.work());
    assert.ok(previous !== null && fs.existsSync(path.join(previous, 'PG_VERSION')));
    server.configure();
    await server.start();
    assert.deepEqual(await server.sql('SELECT count(*)::int AS count FROM reservations'), [{ count: 2001 }]);
  });

  it('rejects a restore that the disk has no room for, and leaves nothing that opens', async () => {
    await grow(server, 40);
    const { point } = await bench.backUp(engine(), 'full');
    const disk = path.join(bench.root, 'small');
    atEnd.push(smallDisk(disk, 30));
    const folder = path.join(disk, 'restored');
    const plan = await engine().planRestore({ target: { to: 'latest' }, base: point, logFolder: null }, bench.work());
    await assert.rejects(engine().restore(plan, folder, bench.work()), { code: 'disk-full' });
    assert.ok(!fs.existsSync(path.join(folder, 'data')));
  });
});
