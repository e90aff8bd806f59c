import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { postgresEngine } from '../../scripts/engines/postgres';
import { EngineWork } from './engine-work';
import { randomFrom } from './mysql-ledger';
import { TestPostgres } from './postgres-fixture';
import { Ledger, stateQuery } from './postgres-ledger';

/** `npm run test:deep` asks for more. */
const targets = Number(process.env['PITR_TARGETS'] ?? '5');

describe('a restore of PostgreSQL to a moment', function () {
  this.timeout(60_000 + targets * 10_000);
  const seed = Number(process.env['PITR_SEED'] ?? String(Date.now() % 1_000_000));
  let bench: EngineWork;
  let server: TestPostgres;
  let ledger: Ledger;
  const engine = () => postgresEngine(server.settings);

  const stateIn = async (folder: string): Promise<unknown> => {
    const copy = await engine().open(folder, bench.work());
    try {
      const [row] = await copy.query(stateQuery);
      return row?.['state'];
    } finally {
      await copy.close();
      fs.rmSync(folder, { recursive: true });
    }
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    ledger = new Ledger(server, randomFrom(seed));
    await ledger.open();
    await bench.backUp(engine(), 'full');
    const over = new AbortController();
    // Others write too, so that a commit of the ledger is never alone in the log.
    const others = (async () => {
      while (!over.signal.aborted) await server.addReservations(50);
    })();
    await ledger.write(150);
    const backingUp = bench.backUp(engine(), 'incremental');
    await ledger.write(150);
    await backingUp;
    await ledger.write(100);
    over.abort();
    await others;
    await server.archive();
  });
  after(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  for (let n = 1; n <= targets; n += 1) {
    it(`is exact against the ledger (${String(n)} of ${String(targets)}, PITR_SEED=${String(seed)})`, async () => {
      const { target, entry } = ledger.aim();
      const state = await stateIn(await bench.restore(engine(), null, target));
      assert.equal(state, entry.state, JSON.stringify({ target, entry }));
    });
  }

  it('loses nothing that a killed server had acknowledged when its own log is at hand', async () => {
    await ledger.write(20);
    await server.end('SIGKILL');
    const logFolder = path.join(bench.root, 'loose');
    fs.cpSync(path.join(server.data, 'pg_wal'), logFolder, { recursive: true });
    const folder = bench.fresh('restored');
    const request = { target: { to: 'latest' }, base: null, logFolder } as const;
    const plan = await engine().planRestore(request, bench.work());
    await engine().restore(plan, folder, bench.work());
    assert.equal(await stateIn(folder), ledger.entries.at(-1)?.state);
  });
});
