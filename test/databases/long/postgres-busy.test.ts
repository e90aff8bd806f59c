import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Manifest } from '../../../scripts/catalogue/manifest';
import { postgresEngine } from '../../../scripts/engines/postgres';
import { asServerUser } from '../../../scripts/programs/server-programs';
import { EngineWork } from '../engine-work';
import { grow } from '../postgres-trouble';
import { TestPostgres } from '../postgres-fixture';

describe('a busy PostgreSQL server', function () {
  this.timeout(120_000);
  let bench: EngineWork;
  let server: TestPostgres;
  const archiveTimeoutSeconds = 2;
  const engine = () => postgresEngine(server.settings, { archiveTimeoutSeconds });

  const restored = async (base: Manifest | null, to: 'latest' | 'point') => {
    const folder = await bench.restore(engine(), base, { to });
    const copy = await engine().open(folder, bench.work());
    const [row] = await copy.query('SELECT max(n) AS last FROM beats');
    const census = await copy.census();
    await copy.close();
    return { census, lastBeat: Number(row?.['last']) };
  };

  beforeEach(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    await server.sql('CREATE TABLE beats (n bigint PRIMARY KEY)');
  });
  afterEach(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  it('is counted around its backup: what is restored lies within the bounds, and they are exact where nobody wrote', async () => {
    await bench.backUp(engine(), 'full');
    await grow(server, 20);
    const over = new AbortController();
    const writing = (async () => {
      while (!over.signal.aborted) {
        await server.addReservations(40);
        await server.sql('DELETE FROM reservations WHERE id IN (SELECT min(id) FROM reservations)');
      }
    })();
    const { point, census } = await bench.backUp(engine(), 'full').finally(() => over.abort());
    await writing;
    assert.ok(census !== null);
    const back = await restored(point, 'point');
    assert.deepEqual(Object.keys(back.census.counts).sort(), Object.keys(census.counts).sort());
    for (const [table, { least, most }] of Object.entries(census.counts)) {
      const count = back.census.counts[table]?.least ?? -1;
      assert.ok(least <= count && count <= most, `${table}: ${String(count)} in ${String(least)}..${String(most)}`);
    }
    const moving = census.counts['public.reservations'];
    assert.ok(moving !== undefined && moving.least < moving.most, 'it was written to meanwhile');
    const newest = (of: typeof census) => Date.parse(of.newest['public.reservations'] ?? '');
    assert.ok(newest(census) <= newest(back.census), 'what was newest when it began is there');

    const quiet = await bench.backUp(engine(), 'incremental');
    const exact = (await restored(quiet.point, 'point')).census;
    assert.deepEqual(quiet.census?.counts, exact.counts);
    assert.deepEqual(quiet.census.newest, exact.newest);
  });

  it('is made ready and rid of a point while its archiver holds the lock of the repository', async () => {
    const { point: kept } = await bench.backUp(engine(), 'full');
    const { point } = await bench.backUp(engine(), 'incremental');
    const lock = path.join(server.home, 'data.agente', 'lock', 'main-archive.lock');
    const { command, args } = asServerUser('flock', [lock, 'sh', '-c', 'echo held; exec cat']);
    const holder = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const ended = once(holder, 'close');
    await once(holder.stdout, 'data');
    try {
      await engine().forget?.(point, bench.work());
    } finally {
      holder.stdin.end();
      await ended;
    }
    const [damage] = await engine().verify(point, bench.work());
    assert.match(damage?.fact ?? '', /missing/);
    assert.deepEqual(await engine().verify(kept, bench.work()), []);
  });

  it('loses at most the archive timeout and 5 s when it is killed and its disk is gone', async () => {
    await bench.backUp(engine(), 'full');
    const acknowledged: { n: number; at: number }[] = [];
    const writing = server
      .run(async (session) => {
        for (let n = 1; ; n += 1) {
          await session.query('INSERT INTO beats VALUES ($1)', [n]);
          acknowledged.push({ n, at: Date.now() });
          await pause(10);
        }
      })
      .catch(() => undefined);
    await pause(12_000);
    await server.end('SIGKILL');
    await writing;
    const { lastBeat } = await restored(null, 'latest');
    const [kept, last] = [acknowledged.find(({ n }) => n === lastBeat), acknowledged.at(-1)];
    assert.ok(kept !== undefined && last !== undefined, `beat ${String(lastBeat)}`);
    const lost = last.at - kept.at;
    assert.ok(lost <= archiveTimeoutSeconds * 1_000 + 5_000, `${String(lost)} ms are lost`);
  });
});
