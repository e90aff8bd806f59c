import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../scripts/engines/engine';
import { monitoringEngine } from '../../scripts/engines/monitoring/monitoring';
import { freePort } from '../free-port';
import { needs } from '../needs';
import { EngineWork, flip, whileChanged } from './engine-work';
import { backfill, entry, grafanaFolder, PrometheusFixture } from './monitoring-fixture';

/** What holds for all three: damage in the store is named, and nothing of it opens. */
async function assertDamageIsNamed(room: EngineWork, engine: Engine): Promise<void> {
  const { point } = await room.backUp(engine, 'full');
  const file = room.storedFile(point);
  const key = path.relative(room.vaultFolder, file);
  const changes = [
    flip,
    (name: string) => fs.truncateSync(name, fs.statSync(name).size - 30),
    (name: string) => fs.rmSync(name),
  ];
  for (const change of changes) {
    await whileChanged(file, change, async () => {
      assert.deepEqual(
        (await engine.verify(point, room.work())).map(({ what }) => what),
        [key],
      );
      const folder = room.fresh('refused');
      const plan = await engine.planRestore({ target: { to: 'point' }, base: point, logFolder: null }, room.work());
      await assert.rejects(engine.restore(plan, folder, room.work()), (error: Error) => error.message.includes(key));
      await assert.rejects(engine.open(folder, room.work()), /no finished restore/);
      await assert.rejects(engine.install(folder, room.work()), /no finished restore/);
    });
  }
}

describe('recovery points of a Prometheus', function () {
  this.timeout(60_000);
  const room = new EngineWork('prometheus', 'files');
  let server: PrometheusFixture;
  let engine: Engine;

  before(async () => {
    server = await PrometheusFixture.start(room);
    engine = monitoringEngine({ engine: 'files', kind: 'prometheus', url: server.url, data: server.data });
    await pause(1_000);
  });
  after(async () => {
    await server.stop();
    room.remove();
  });

  it('hold every sample, which a Prometheus of their own answers with; no snapshot is left at the source', async () => {
    const { point, census } = await room.backUp(engine, 'full');
    assert.deepEqual(server.snapshots, []);
    const folder = await room.restore(engine, point);
    const opened = await engine.open(folder, room.work());
    try {
      assert.deepEqual((await opened.census()).counts, census?.counts);
      assert.ok(Object.values(census?.counts ?? {}).reduce((sum, { least }) => sum + least, 0) > 1_000);
      assert.deepEqual(await opened.check(), []);
      const [up] = await opened.query('up{job="self"}');
      assert.equal(up?.['value'], 1);
    } finally {
      await opened.close();
    }
    await (await engine.open(folder, room.work())).close();
  });

  it('come back into the place of a server that is stopped, and rejects one that runs', async () => {
    const { point } = await room.backUp(engine, 'full');
    const target = await PrometheusFixture.start(room);
    const installing = monitoringEngine({ engine: 'files', kind: 'prometheus', url: target.url, data: target.data });
    try {
      const folder = await room.restore(installing, point);
      await assert.rejects(installing.install(folder, room.work()), { code: 'target-running' });
      const moved = monitoringEngine({
        engine: 'files',
        kind: 'prometheus',
        url: 'http://127.0.0.1:1',
        data: target.data,
      });
      await assert.rejects(moved.install(folder, room.work()), /prometheus \(process \d+\) uses/);
      await target.stop('SIGTERM');
      const { previous } = await installing.install(folder, room.work());
      assert.ok(fs.existsSync(path.join(previous ?? '', 'wal')));
      await target.start();
      assert.equal((await target.query(`up{instance="127.0.0.1:${String(server.port)}"}`)).length, 1);
    } finally {
      await target.stop();
    }
  });

  it('rejects a store that is damaged, by name', () => assertDamageIsNamed(room, engine));

  it('rejects a chunk or an index with a changed byte, by its block', async () => {
    const { point } = await room.backUp(engine, 'full');
    for (const [inner, at] of [
      ['chunks/000001', undefined],
      ['index', 100],
    ] as const) {
      const folder = await room.restore(engine, point);
      const data = path.join(folder, 'files', 'data');
      const [block = ''] = fs.readdirSync(data).filter((name) => /^[0-9A-Z]{26}$/.test(name));
      flip(path.join(data, block, inner), at);
      const opened = await engine
        .open(folder, room.work())
        .catch((error: unknown) => error as Error & { code: string });
      if (opened instanceof Error) assert.match(`${opened.code} ${opened.message}`, /restore-damaged/);
      else {
        const damages = await opened.check();
        await opened.close();
        assert.ok(
          damages.some(({ what }) => what === `data/${block}/${inner}`),
          JSON.stringify(damages),
        );
      }
      await assert.rejects(engine.install(folder, room.work()), /SHA-256/);
    }
  });

  it('find nothing wrong with blocks that overlap, and with samples that were deleted', async () => {
    // Within one block, and so lately that Prometheus does not join them when it starts.
    const from = Math.floor(Date.now() / 7_200_000) * 7_200 - 3_600;
    const filled = await PrometheusFixture.start(room, undefined, (data) => {
      backfill(data, 'rule_a', from);
      backfill(data, 'rule_b', from);
    });
    try {
      const range = `start=${String(from)}&end=${String(from + 600)}`;
      const deleting = `${filled.url}/api/v1/admin/tsdb/delete_series?match[]=rule_a&${range}`;
      assert.equal((await fetch(deleting, { method: 'POST' })).status, 204);
      const of = monitoringEngine({ engine: 'files', kind: 'prometheus', url: filled.url, data: filled.data });
      const { point, census } = await room.backUp(of, 'full');
      assert.equal(Object.values(census?.counts ?? {}).filter(({ least }) => least === 200).length, 2);
      const folder = await room.restore(of, point);
      const opened = await of.open(folder, room.work());
      try {
        assert.deepEqual(await opened.check(), []);
        const [a] = await opened.query(`count_over_time(rule_a[2h] @ ${String(from + 3_600)})`);
        assert.equal(a?.['value'], 159);
      } finally {
        await opened.close();
      }
      assert.equal(fs.existsSync(path.join(folder, 'files', 'data.block')), false);
    } finally {
      await filled.stop();
    }
  });

  it('remove what a killed run left, and nothing that somebody else asked for', async () => {
    const ask = async () => {
      const response = await fetch(`${server.url}/api/v1/admin/tsdb/snapshot`, { method: 'POST' });
      return ((await response.json()) as { data: { name: string } }).data.name;
    };
    const theirs = await ask();
    await pause(1_100);
    const ours = await ask();
    const claim = {
      owner: { host: os.hostname(), pid: 2 ** 22, start: '1' },
      before: [theirs],
      name: null,
    };
    const snapshots = path.join(server.data, 'snapshots');
    fs.writeFileSync(
      path.join(server.data, `.agente-${String(2 ** 22)}-${String(Date.now())}.json`),
      JSON.stringify(claim),
    );
    await room.backUp(engine, 'full');
    assert.deepEqual(server.snapshots, [theirs]);
    assert.notEqual(ours, theirs);
    fs.rmSync(path.join(snapshots, theirs), { recursive: true });
  });

  it('leave no snapshot when the store fails on the way', async () => {
    const vault = Object.create(room.vault) as typeof room.vault;
    vault.put = (_key, content) => {
      content.destroy();
      return Promise.reject(new Error('the store went away'));
    };
    await assert.rejects(room.backUp(engine, 'full', { vault }), /went away/);
    assert.deepEqual(server.snapshots, []);
  });

  it('rejects a server without its admin API, one that is down, and one that keeps its files elsewhere', async () => {
    const closed = await PrometheusFixture.start(room, []);
    const of = (url: string, data: string) => monitoringEngine({ engine: 'files', kind: 'prometheus', url, data });
    await assert.rejects(room.backUp(of(closed.url, closed.data), 'full'), { code: 'permission-denied' });
    await closed.stop();
    await assert.rejects(room.backUp(of(closed.url, closed.data), 'full'), { code: 'server-failed' });
    await assert.rejects(room.backUp(of(server.url, closed.data), 'full'), { code: 'target-wrong' });
    fs.rmSync(path.join(server.data, 'snapshots'), { recursive: true, force: true });
  });
});

describe('recovery points of a Grafana', function () {
  this.timeout(30_000);
  let room: EngineWork;
  beforeEach(() => {
    room = new EngineWork('grafana', 'files');
  });
  afterEach(() => room.remove());

  it('hold the database as of one instant while it is written, its dashboards and its provisioning', async () => {
    const { data, database } = grafanaFolder(room, 300);
    const provisioning = room.folder('provisioning');
    fs.writeFileSync(path.join(provisioning, 'sources.yaml'), 'apiVersion: 1\n');
    const engine = monitoringEngine({ engine: 'files', kind: 'grafana', data, configuration: [provisioning] });
    // What is in the log of the database and not yet in its file must be in the copy.
    database.exec("PRAGMA wal_autocheckpoint = 0; INSERT INTO dashboard (title) VALUES ('in the log')");
    const { point, census } = await room.backUp(engine, 'full');
    assert.deepEqual(census?.counts, { dashboard: { least: 301, most: 301 } });
    database.exec('DELETE FROM dashboard');
    database.close();
    fs.writeFileSync(path.join(provisioning, 'sources.yaml'), 'changed: 1\n');
    const folder = await room.restore(engine, point);
    const opened = await engine.open(folder, room.work());
    assert.deepEqual((await opened.census()).counts, census.counts);
    assert.deepEqual(await opened.check(), []);
    assert.deepEqual(await opened.query("SELECT title FROM dashboard WHERE title LIKE 'in%'"), [
      { title: 'in the log' },
    ]);
    await opened.close();
    const { previous } = await engine.install(folder, room.work());
    assert.match(previous ?? '', /grafana-1\.before-.*, .*sources\.yaml\.before-/);
    assert.deepEqual(fs.readdirSync(data).sort(), ['dashboards', 'grafana.db']);
    assert.equal(fs.readFileSync(path.join(provisioning, 'sources.yaml'), 'utf8'), 'apiVersion: 1\n');
  });

  it('rejects a database with a damaged page, and one that is none', async () => {
    const { data, database } = grafanaFolder(room, 300);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    const engine = monitoringEngine({ engine: 'files', kind: 'grafana', data });
    const file = path.join(data, 'grafana.db');
    for (const [from, length] of [
      [4096 * 20, 4096],
      [0, 100],
    ] as const) {
      await whileChanged(
        file,
        (name) => fs.writeFileSync(name, Buffer.from(fs.readFileSync(name)).fill(0xee, from, from + length)),
        () => assert.rejects(room.backUp(engine, 'full'), { code: 'source-damaged' }),
      );
    }
    await room.backUp(engine, 'full');
    assert.deepEqual(fs.readdirSync(room.folder('work')), []);
  });

  it('rejects a store that is damaged, by name', async () => {
    const { data, database } = grafanaFolder(room, 3);
    await assertDamageIsNamed(room, monitoringEngine({ engine: 'files', kind: 'grafana', data }));
    database.close();
  });
});

describe('recovery points of an Alertmanager', function () {
  this.timeout(30_000);
  let room: EngineWork;
  let data: string;
  let configuration: string;
  let engine: Engine;
  beforeEach(() => {
    room = new EngineWork('alertmanager', 'files');
    data = room.folder('alertmanager');
    fs.writeFileSync(path.join(data, 'nflog'), Buffer.concat([entry(20), entry(300)]));
    fs.writeFileSync(path.join(data, 'silences'), entry(40));
    configuration = path.join(room.root, 'alertmanager.yml');
    fs.writeFileSync(configuration, 'route: {receiver: none}\nreceivers: [{name: none}]\n');
    engine = monitoringEngine({ engine: 'files', kind: 'alertmanager', data, configuration: [configuration] });
  });
  afterEach(() => room.remove());

  it('hold what was silenced and told, entry by entry, and the configuration', async () => {
    const { point, census } = await room.backUp(engine, 'full');
    assert.deepEqual(census?.counts, { nflog: { least: 2, most: 2 }, silences: { least: 1, most: 1 } });
    fs.writeFileSync(path.join(data, 'silences'), '');
    fs.rmSync(configuration);
    const folder = await room.restore(engine, point);
    const opened = await engine.open(folder, room.work());
    assert.deepEqual((await opened.census()).counts, census.counts);
    assert.deepEqual(await opened.check(), []);
    await engine.install(folder, room.work());
    assert.equal(fs.statSync(path.join(data, 'silences')).size, 41);
    assert.match(fs.readFileSync(configuration, 'utf8'), /receiver: none/);
  });

  it('rejects entries that are cut off and a configuration that is broken', async () => {
    await whileChanged(
      path.join(data, 'nflog'),
      (name) => fs.truncateSync(name, 100),
      () => assert.rejects(room.backUp(engine, 'full'), /nflog does not hold whole entries/),
    );
    await whileChanged(
      configuration,
      (name) => fs.writeFileSync(name, 'route: {receiver: [\n'),
      () => assert.rejects(room.backUp(engine, 'full'), /alertmanager\.yml: /),
    );
  });

  it('rejects a store that is damaged, by name', () => assertDamageIsNamed(room, engine));

  it('count the silences of a real one, and rejects to replace the files of one that runs', async function () {
    needs(this, 'prometheus-alertmanager', spawnSync('which', ['prometheus-alertmanager']).status === 0);
    for (const name of ['nflog', 'silences']) fs.rmSync(path.join(data, name));
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const options = [`--storage.path=${data}`, `--web.listen-address=127.0.0.1:${String(port)}`];
    const running = spawn(
      'prometheus-alertmanager',
      [`--config.file=${configuration}`, ...options, '--cluster.listen-address='],
      { stdio: 'ignore' },
    );
    const gone = new Promise((resolve) => running.once('exit', resolve));
    try {
      for (let tries = 0; (await fetch(`${url}/-/ready`).catch(() => null))?.ok !== true; tries += 1) {
        assert.ok(tries < 200, 'Alertmanager does not come up');
        await pause(50);
      }
      const from = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + 3_600_000).toISOString() };
      const matchers = [{ name: 'alertname', value: 'BackupTooOld', isRegex: false }];
      const body = JSON.stringify({ ...from, matchers, createdBy: 'test', comment: 'x'.repeat(300) });
      const headers = { 'content-type': 'application/json' };
      assert.equal((await fetch(`${url}/api/v2/silences`, { method: 'POST', headers, body })).status, 200);
      await assert.rejects(engine.checkTarget(room.work()), /prometheus-alertmanager \(process \d+\) uses/);
      // It writes its files every quarter of an hour, and when it is stopped.
      running.kill('SIGTERM');
      await gone;
      const { census } = await room.backUp(engine, 'full');
      assert.deepEqual(census?.counts['silences'], { least: 1, most: 1 });
      await engine.checkTarget(room.work());
    } finally {
      running.kill('SIGKILL');
    }
  });
});
