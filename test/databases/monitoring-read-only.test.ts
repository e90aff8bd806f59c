import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import type { Engine } from '../../scripts/engines/engine';
import { monitoringEngine } from '../../scripts/engines/monitoring/monitoring';
import { EngineWork } from './engine-work';
import { backfill, entry, grafanaFolder } from './monitoring-fixture';

/** Everything below a folder, with what would change if anybody wrote there. */
const stateOf = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs, ino } = fs.statSync(path.join(folder, name));
      return [name, size, mtimeMs, ino].join(' ');
    });

/** What a task of the toolbox has: the files of a server that runs elsewhere, mounted to be read. */
describe('the files of a monitoring server that can only be read', function () {
  this.timeout(60_000);
  const room = new EngineWork('prometheus', 'files');
  after(() => {
    room.remove();
  });

  function prometheusFolder(name: string): string {
    const data = room.folder(name);
    const from = Math.floor(Date.now() / 7_200_000) * 7_200 - 36_000;
    backfill(data, 'rule_a', from);
    backfill(data, 'rule_b', from);
    for (const inner of ['wal', 'chunks_head', '01ARZ3NDEKTSV4RRFFQ69G5FAV.tmp-for-creation']) {
      fs.mkdirSync(path.join(data, inner));
      fs.writeFileSync(path.join(data, inner, '00000000'), 'half');
    }
    fs.writeFileSync(path.join(data, 'lock'), '');
    return data;
  }
  const grafana = (data: string): Engine =>
    monitoringEngine({ engine: 'files', kind: 'grafana', data, server: 'fs-1' });

  it('are the finished blocks of Prometheus, whole, and nothing that is half', async () => {
    const data = prometheusFolder('whole');
    const engine = monitoringEngine({ engine: 'files', kind: 'prometheus', url: null, data, server: 'fs-1' });
    const before = stateOf(data);
    const { point, census } = await room.backUp(engine, 'full');
    assert.deepEqual(stateOf(data), before, 'nothing is written where it is read');
    const folder = await room.restore(engine, point);
    const names = fs.readdirSync(path.join(folder, 'files', 'data')).sort();
    assert.deepEqual(names, Object.keys(census?.counts ?? {}).sort());
    const opened = await engine.open(folder, room.work());
    try {
      assert.deepEqual(await opened.check(), []);
      assert.deepEqual(
        Object.values((await opened.census()).counts).map(({ least }) => least),
        [200, 200],
      );
    } finally {
      await opened.close();
    }
  });

  it('rejects a block of Prometheus that goes while it is read: a part of it is no copy', async () => {
    const data = prometheusFolder('gone');
    const engine = monitoringEngine({ engine: 'files', kind: 'prometheus', url: null, data });
    const [block = ''] = fs.readdirSync(data).filter((name) => /^[0-9A-Z]{26}$/.test(name));
    let asked = 0;
    const work = room.work({
      now: () => {
        // The second time it is asked, the files are chosen and none is read.
        asked += 1;
        if (asked === 2) fs.rmSync(path.join(data, block), { recursive: true });
        return new Date();
      },
    });
    const { points: before } = await new Catalogue(room.vault, 'prometheus').list();
    await assert.rejects(engine.backUp('20261128T000000Z-full-0000', 'full', work));
    assert.deepEqual((await new Catalogue(room.vault, 'prometheus').list()).points, before);
  });

  it('are those of one server, on whatever machine they are read', async () => {
    const { data, database } = grafanaFolder(room, 3);
    database.exec('PRAGMA journal_mode = DELETE');
    const before = stateOf(data);
    const { identity } = await grafana(data).identify(room.work());
    assert.equal(identity, `files://fs-1${data}`);
    const { point } = await room.backUp(grafana(data), 'full');
    assert.equal(point.source.identity, identity);
    assert.deepEqual(stateOf(data), before, 'nothing is written where it is read');
    database.close();
  });

  it('are what Alertmanager has written down', async () => {
    const data = room.folder('alertmanager-read');
    for (const name of ['nflog', 'silences']) fs.writeFileSync(path.join(data, name), entry(40));
    const engine = monitoringEngine({ engine: 'files', kind: 'alertmanager', data, server: 'fs-1' });
    const before = stateOf(data);
    const { census } = await room.backUp(engine, 'full');
    assert.deepEqual(Object.keys(census?.counts ?? {}).sort(), ['nflog', 'silences']);
    assert.deepEqual(stateOf(data), before);
  });
});
