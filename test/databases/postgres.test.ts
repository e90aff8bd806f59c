import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Manifest } from '../../scripts/catalogue/manifest';
import type { RestoreTarget } from '../../scripts/engines/engine';
import { postgresEngine } from '../../scripts/engines/postgres';
import { EngineWork } from './engine-work';
import { TestPostgres } from './postgres-fixture';

describe('a PostgreSQL server of our own', function () {
  this.timeout(60_000);
  let bench: EngineWork;
  let server: TestPostgres;
  const engine = () => postgresEngine(server.settings);
  let full: Manifest;
  let incremental: Manifest;
  let middle: Date;
  let lsn: string;

  const countAt = async (target: RestoreTarget, base: Manifest | null = null): Promise<number> => {
    const folder = await bench.restore(engine(), base, target);
    const copy = await engine().open(folder, bench.work());
    try {
      const [row] = await copy.query('SELECT count(*) AS count FROM reservations');
      return Number(row?.['count']);
    } finally {
      await copy.close();
      fs.rmSync(folder, { recursive: true });
    }
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    ({ point: full } = await bench.backUp(engine(), 'full'));
    await server.addReservations(10);
    middle = new Date((await server.sql('SELECT clock_timestamp() AS now'))[0]?.['now'] as Date);
    middle.setMilliseconds(middle.getMilliseconds() + 1);
    await server.addReservations(20);
    const [row] = await server.sql('SELECT pg_current_wal_insert_lsn()::text AS lsn');
    lsn = String(row?.['lsn']);
    await server.addReservations(30);
    await server.sql("SELECT pg_create_restore_point('before the update')");
    await server.addReservations(40);
    await server.archive();
    ({ point: incremental } = await bench.backUp(engine(), 'incremental'));
  });
  after(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  it('restores the state of a full point, and of an incremental one on top of it', async () => {
    assert.equal(incremental.parent, full.id);
    assert.equal(incremental.kind, 'incremental');
    assert.equal(await countAt({ to: 'point' }, full), 2000);
    assert.equal(await countAt({ to: 'point' }, incremental), 2100);
  });

  it('restores to a moment, a place in the log, a named restore point and the newest state', async () => {
    assert.equal(await countAt({ to: 'time', time: middle }), 2010);
    assert.equal(await countAt({ to: 'position', position: lsn }, full), 2030);
    assert.equal(await countAt({ to: 'position', position: 'before the update' }), 2060);
    assert.equal(await countAt({ to: 'latest' }, full), 2100);
  });
});
