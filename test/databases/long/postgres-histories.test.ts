import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Manifest } from '../../../scripts/catalogue/manifest';
import type { RestoreTarget } from '../../../scripts/engines/engine';
import { postgresEngine } from '../../../scripts/engines/postgres';
import { asServerUser } from '../../../scripts/programs/server-programs';
import { EngineWork } from '../engine-work';
import { archivedFile, TestPostgres } from '../postgres-fixture';

describe('the history of a PostgreSQL server', function () {
  this.timeout(180_000);
  let bench: EngineWork;
  let servers: TestPostgres[];
  const engine = (server: TestPostgres) => postgresEngine(server.settings);
  const repository = () => path.join(bench.vaultFolder, 'postgres', 'test-g1', 'pgbackrest');

  const create = async (name: string): Promise<TestPostgres> => {
    const server = await TestPostgres.create(path.join(bench.root, name));
    servers.push(server);
    return server;
  };
  /** A server on what a restore made, as on another host. */
  const serverOn = async (folder: string, name: string): Promise<TestPostgres> => {
    const server = new TestPostgres(path.join(bench.root, name));
    server.makeFolders();
    fs.renameSync(path.join(folder, 'data'), server.data);
    server.configure();
    await server.start();
    servers.push(server);
    return server;
  };
  const countAt = async (
    server: TestPostgres,
    target: RestoreTarget,
    base: Manifest | null = null,
  ): Promise<number> => {
    const folder = await bench.restore(engine(server), base, target);
    const copy = await engine(server).open(folder, bench.work());
    const [row] = await copy.query('SELECT count(*) AS count FROM reservations');
    await copy.close();
    return Number(row?.['count']);
  };
  const momentOf = async (server: TestPostgres): Promise<Date> => {
    const [row] = await server.sql('SELECT clock_timestamp() AS now');
    await pause(2);
    return new Date((row?.['now'] as Date).getTime() + 1);
  };
  const raw = (server: TestPostgres, ...words: string[]): void => {
    const { command, args } = asServerUser('pgbackrest', [
      `--config=${path.join(server.home, 'data.agente', 'pgbackrest.conf')}`,
      '--stanza=main',
      ...words,
    ]);
    execFileSync(command, args, { stdio: 'pipe', cwd: '/' });
  };

  beforeEach(() => {
    bench = new EngineWork('postgres', 'postgres');
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) await server.end('SIGKILL');
    bench.remove();
  });

  it('goes on over a restore to a moment: latest is on the new time line, from a base before or after the fork', async () => {
    const server = await create('server');
    const { point: before } = await bench.backUp(engine(server), 'full');
    await server.addReservations(10);
    const good = await momentOf(server);
    await server.sql('DELETE FROM reservations');
    await server.archive();
    const folder = await bench.restore(engine(server), null, { to: 'time', time: good });
    await server.end();
    await engine(server).install(folder, bench.work());
    server.configure();
    await server.start();
    await server.addReservations(5);
    await server.archive();
    const { point: after } = await bench.backUp(engine(server), 'incremental');
    assert.equal(after.positions['timeline'], '2');
    await server.addReservations(3);
    await server.archive();
    assert.deepEqual(await engine(server).verify(before, bench.work()), []);
    assert.deepEqual(await engine(server).verify(after, bench.work()), []);
    assert.equal(await countAt(server, { to: 'latest' }), 2018);
    assert.equal(await countAt(server, { to: 'latest' }, before), 2018);
    assert.equal(await countAt(server, { to: 'time', time: good }, before), 2010);
    assert.equal(await countAt(server, { to: 'point' }, before), 2000);
  });

  it('rejects an old primary that comes back, in its backups and in its log; what the new one wrote restores', async () => {
    const old = await create('old');
    await bench.backUp(engine(old), 'full');
    await old.archive();
    const promoted = await serverOn(await bench.restore(engine(old), null), 'promoted');
    await bench.backUp(engine(promoted), 'full');
    await promoted.addReservations(11);
    await promoted.archive();

    await assert.rejects(bench.backUp(engine(old), 'full'), { code: 'lineage-stale' });
    // The script asks the repository every 10 seconds.
    fs.rmSync(path.join(old.home, 'data.agente', 'asked'), { force: true });
    await old.addReservations(99);
    await old.sql('SELECT pg_switch_wal()');
    await old.sql('SELECT pg_sleep(3)');
    assert.match(fs.readFileSync(old.log, 'utf8'), /lineage-stale: the repository is on time line 00000002/);

    // And if somebody went past the script: pgBackRest itself takes both, and its own restore dies of it.
    await old.sql(
      "ALTER SYSTEM SET archive_command = 'pgbackrest --config=" +
        path.join(old.home, 'data.agente', 'pgbackrest.conf') +
        " --stanza=main archive-push %p'",
    );
    await old.sql('SELECT pg_reload_conf()');
    await old.archive();
    raw(old, '--type=full', 'backup');
    await promoted.addReservations(1);
    await promoted.archive();
    assert.equal(await countAt(promoted, { to: 'latest' }), 2012);
  });

  it('rejects another cluster in the same lineage, and a second server with the same history', async () => {
    const server = await create('server');
    await bench.backUp(engine(server), 'full');
    const stranger = await create('stranger');
    await assert.rejects(bench.backUp(engine(stranger), 'full'), { code: 'lineage-owned' });
    await server.end();
    execFileSync('cp', ['-a', server.data, path.join(bench.root, 'copied')]);
    fs.mkdirSync(path.join(bench.root, 'twins'));
    fs.renameSync(path.join(bench.root, 'copied'), path.join(bench.root, 'twins', 'data'));
    const twin = await serverOn(path.join(bench.root, 'twins'), 'twin');
    await assert.rejects(bench.backUp(engine(twin), 'full'), { code: 'lineage-owned' });
  });

  it('is broken where a segment never came, although backups succeed: backup and verify name it', async () => {
    const server = await create('server');
    const { point } = await bench.backUp(engine(server), 'full');
    const setCommand = async (command: string): Promise<void> => {
      await server.sql(`ALTER SYSTEM SET archive_command = '${command}'`);
      await server.sql('SELECT pg_reload_conf()');
    };
    const [{ command } = {}] = await server.sql("SELECT current_setting('archive_command') AS command");
    await setCommand('/bin/true');
    const lost = await server.archive();
    assert.deepEqual(
      (await engine(server).verify(point, bench.work())).map(({ what }) => what),
      [lost],
    );
    await assert.rejects(bench.backUp(engine(server), 'incremental'), (error: Error & { code: string }) => {
      assert.equal(error.code, 'log-gap');
      assert.match(error.message, new RegExp(lost));
      return true;
    });
    await setCommand(String(command));
    await server.archive();
    await assert.rejects(bench.backUp(engine(server), 'incremental'), { code: 'log-gap' });
    const told: string[] = [];
    const progress = { ...bench.work().progress, say: (text: string) => void told.push(text) };
    const { point: mended } = await bench.backUp(engine(server), 'full', { progress });
    assert.match(told.join('\n'), new RegExp(`log-gap: WAL segment ${lost}`));
    assert.deepEqual(
      (await engine(server).verify(point, bench.work())).map(({ what }) => what),
      [lost],
    );
    assert.deepEqual(await engine(server).verify(mended, bench.work()), []);
    await bench.backUp(engine(server), 'incremental');
  });

  it('is not written while the archiver fails: backup and verify name the segment', async () => {
    const server = await create('server');
    const { point } = await bench.backUp(engine(server), 'full');
    const segment = await server.archive();
    const folder = path.dirname(archivedFile(repository(), segment));
    fs.chmodSync(folder, 0o500);
    const [{ name } = {}] = await server.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS name');
    await server.addReservations(1);
    await server.sql('SELECT pg_switch_wal()');
    const isFailing = async () =>
      (await server.sql('SELECT failed_count > 0 AS failing FROM pg_stat_archiver'))[0]?.['failing'];
    while ((await isFailing()) !== true) await pause(100);
    const [damage] = await engine(server).verify(point, bench.work());
    assert.equal(damage?.what, name);
    await assert.rejects(bench.backUp(engine(server), 'full'), (error: Error & { code: string }) => {
      assert.equal(error.code, 'log-gap');
      assert.match(error.message, new RegExp(String(name)));
      return true;
    });
    fs.chmodSync(folder, 0o700);
  });
});
