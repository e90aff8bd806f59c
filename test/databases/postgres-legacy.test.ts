import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { postgresEngine } from '../../scripts/engines/postgres';
import { postgresProgram } from '../../scripts/programs/server-programs';
import { EngineWork, flip } from './engine-work';
import { database, TestPostgres } from './postgres-fixture';

describe('an archive of the old scripts', function () {
  this.timeout(60_000);
  let bench: EngineWork;
  let server: TestPostgres;
  let sql: string;
  const engine = () => postgresEngine(server.settings);

  const archiveOf = (name: string, content: string): string => {
    const folder = path.join(bench.root, name);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'backup.sql'), content);
    const file = path.join(bench.root, `postgres-full-${name}.tar.gz`);
    execFileSync('tar', ['-czf', file, '-C', folder, './backup.sql']);
    return file;
  };
  const restored = async (file: string): Promise<string> => {
    const folder = bench.fresh('old');
    await engine().restoreArchive?.(file, folder, bench.work());
    return folder;
  };
  const isRefused = async (file: string, why: RegExp): Promise<void> => {
    const folder = bench.fresh('old');
    await assert.rejects(
      async () => engine().restoreArchive?.(file, folder, bench.work()),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'restore-damaged');
        assert.match(error.message, why);
        assert.match(error.message, new RegExp(path.basename(file)));
        return true;
      },
    );
    assert.ok(!fs.existsSync(path.join(folder, 'data')), 'nothing is left that would open');
    await assert.rejects(engine().open(folder, bench.work()), { code: 'restore-damaged' });
  };

  before(async () => {
    bench = new EngineWork('postgres', 'postgres');
    server = await TestPostgres.create(path.join(bench.root, 'server'));
    const access = ['-h', server.socketDir, '-p', String(server.port), '-U', 'postgres'];
    sql = execFileSync(postgresProgram('pg_dump'), [...access, database], { encoding: 'utf8', maxBuffer: 1 << 28 });
  });
  after(async () => {
    await server.end('SIGKILL');
    bench.remove();
  });

  it('restores', async () => {
    const copy = await engine().open(await restored(archiveOf('20241015', sql)), bench.work());
    assert.deepEqual(await copy.query('SELECT count(*) AS count FROM reservations'), [{ count: 2000 }]);
    assert.deepEqual(await copy.check(), []);
    await copy.close();
  });

  it('rejects a dump that ends early, which psql alone takes for whole', async () => {
    await Promise.all([
      isRefused(archiveOf('short', sql.slice(0, sql.indexOf('PRIMARY KEY (id)') - 400)), /ends before|psql/),
      isRefused(archiveOf('trailer', sql.replace('-- PostgreSQL database dump complete', '')), /ends before/),
    ]);
  });

  it('rejects an archive of which a byte was flipped or the end is missing, or that is of something else', async () => {
    const flipped = archiveOf('flipped', sql);
    flip(flipped, fs.statSync(flipped).size - 6);
    const cut = archiveOf('cut', sql);
    fs.truncateSync(cut, fs.statSync(cut).size - 20);
    const other = path.join(bench.root, 'postgres-full-other.tar.gz');
    execFileSync('tar', ['-czf', other, '-C', server.data, 'PG_VERSION']);
    await Promise.all([isRefused(flipped, /check/), isRefused(cut, /end|check/), isRefused(other, /no backup\.sql/)]);
  });

  it('rejects a dump in which a statement fails', async () => {
    await isRefused(archiveOf('error', sql.replace('CREATE TABLE', 'CREATE TABEL')), /syntax error/);
  });
});
