import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Manifest } from '../../scripts/catalogue/manifest';
import { Age } from '../../scripts/encryption/age';
import type { RestoreTarget } from '../../scripts/engines/engine';
import { postgresEngine } from '../../scripts/engines/postgres';
import { EngineWork, flip, whileChanged } from './engine-work';
import { archivedFile, TestPostgres } from './postgres-fixture';

const cut = (file: string): void => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
const remove = (file: string): void => fs.rmSync(file);

describe('damage to the repository of a PostgreSQL server', function () {
  this.timeout(60_000);
  let bench: EngineWork;
  let server: TestPostgres;
  let full: Manifest;
  let early: Date;
  let middle: string;
  const engine = () => postgresEngine(server.settings);
  const repository = () => path.join(bench.vaultFolder, 'postgres', 'test-g1', 'pgbackrest');
  const backupFile = (name: string) => path.join(repository(), 'backup', 'main', full.positions['label'] ?? '', name);

  const damageNames = async (): Promise<string[]> =>
    (await engine().verify(full, bench.work())).map(({ what }) => what);

  const isRefused = async (target: RestoreTarget, codes: RegExp, named: RegExp): Promise<void> => {
    const folder = bench.fresh('refused');
    await assert.rejects(
      async () => {
        const plan = await engine().planRestore({ target, base: full, logFolder: null }, bench.work());
        await engine().restore(plan, folder, bench.work());
      },
      (error: Error & { code: string }) => {
        assert.match(error.code, codes);
        assert.match(error.message, named);
        return true;
      },
    );
    assert.ok(!fs.existsSync(path.join(folder, 'data')), 'nothing is left that would open');
    await assert.rejects(engine().open(folder, bench.work()), { code: 'restore-damaged' });
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    ({ point: full } = await bench.backUp(engine(), 'full'));
    await server.addReservations(10);
    early = new Date(((await server.sql('SELECT clock_timestamp() AS now'))[0]?.['now'] as Date).getTime() + 1);
    await server.archive();
    await server.addReservations(20);
    middle = await server.archive();
    await server.addReservations(30);
    await server.archive();
  });
  after(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  it('is none where nothing is wrong', async () => {
    assert.deepEqual(await engine().verify(full, bench.work()), []);
  });

  for (const [how, change] of Object.entries({ flipped: flip, 'cut off': cut, missing: remove })) {
    it(`is named by verify: a file of the backup, or its manifest, ${how}`, async () => {
      for (const name of ['bundle/1', 'backup.manifest']) {
        await whileChanged(backupFile(name), change, async () => {
          const [first] = await damageNames();
          assert.match(String(first), new RegExp(name));
        });
      }
    });

    it(`is named by verify and ends a restore: a segment in the middle of the log ${how}`, async () => {
      await whileChanged(archivedFile(repository(), middle), change, async () => {
        assert.deepEqual(await damageNames(), [middle]);
        await isRefused({ to: 'latest' }, /restore-damaged|log-gap/, new RegExp(middle));
      });
    });
  }

  it('ends a restore: a file of the backup flipped', async () => {
    await whileChanged(backupFile('bundle/1'), flip, () =>
      isRefused({ to: 'point' }, /restore-damaged/, /bundle\/1 \(pg_data\//),
    );
  });

  it('does not hinder a restore to a moment before it', async () => {
    await whileChanged(archivedFile(repository(), middle), remove, async () => {
      const folder = await bench.restore(engine(), full, { to: 'time', time: early });
      const copy = await engine().open(folder, bench.work());
      assert.deepEqual(await copy.query('SELECT count(*) AS count FROM reservations'), [{ count: 2010 }]);
      await copy.close();
    });
  });

  it('rejects a moment in the future, one before the first recovery point, and a restore point nobody made', async () => {
    const at = (time: Date) => bench.restore(engine(), null, { to: 'time', time });
    await assert.rejects(at(new Date(Date.now() + 3_600_000)), { code: 'restore-target-unreachable' });
    await assert.rejects(at(new Date(Date.now() - 3_600_000)), { code: 'restore-target-unreachable' });
    await assert.rejects(bench.restore(engine(), full, { to: 'position', position: 'nobody' }), {
      code: 'restore-target-unreachable',
    });
    await assert.rejects(bench.restore(engine(), full, { to: 'position', position: 'F/0' }), {
      code: 'restore-target-unreachable',
    });
  });

  it('rejects a key that is another, and a passphrase that was exchanged', async () => {
    const stranger = new EngineWork('stranger', 'postgres');
    const encryption = new Age(bench.work().encryption.recipients, stranger.online.identity);
    const request = { target: { to: 'latest' }, base: null, logFolder: null } as const;
    await assert.rejects(engine().planRestore(request, bench.work({ encryption })), { code: 'key-wrong' });
    stranger.remove();
    const home = path.join(path.dirname(server.data), 'data.agente', 'pgbackrest.key');
    const kept = fs.readFileSync(home, 'utf8');
    fs.writeFileSync(home, JSON.stringify({ lineage: 'test-g1', passphrase: 'another' }));
    const noIdentity = bench.work({ encryption: new Age(bench.work().encryption.recipients, null) });
    await assert.rejects(engine().planRestore(request, noIdentity), { code: 'key-wrong' });
    fs.writeFileSync(home, kept);
    assert.equal((await engine().planRestore(request, noIdentity)).points.length, 1);
  });
});
