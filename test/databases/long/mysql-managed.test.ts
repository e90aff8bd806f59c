import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { mysqlEngine } from '../../../scripts/engines/mysql/mysql';
import { openSession } from '../../../scripts/engines/mysql/access';
import type { MysqlManaged } from '../../../scripts/settings/datasets';
import { database, temporaryFolder, TestServer } from '../mysql-fixture';
import { certificates } from '../mysql-certificates';
import { TestVault } from '../mysql-vault';

const count = 'SELECT COUNT(*) AS n FROM reservations';
/** Everything that an option file could misread. */
const password = `a"b\\c#d'e;f g`;

describe('recovery points of a managed MariaDB', function () {
  this.timeout(60_000);
  let root: string;
  let server: TestServer;
  let store: TestVault;
  const managed = (user: string): MysqlManaged => ({
    engine: 'mysql',
    kind: 'managed',
    host: 'localhost',
    port: server.port,
    user,
    database,
    passwordFile: path.join(root, 'password'),
    ca: path.join(root, 'ca.crt'),
    freshness: ['reservations'],
  });

  before(async () => {
    root = temporaryFolder();
    const { ca, cert, key } = certificates(root);
    fs.writeFileSync(path.join(root, 'password'), password, { mode: 0o600 });
    server = await TestServer.create(root, 'server', 41, [`--ssl-ca=${ca}`, `--ssl-cert=${cert}`, `--ssl-key=${key}`]);
    await server.fill();
    await server.run(async (session) => {
      for (const [user, rights] of [
        ['master', 'ALL PRIVILEGES'],
        [
          'rds',
          'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, PROCESS, ALTER, INDEX, LOCK TABLES, EXECUTE, REPLICATION SLAVE, REPLICATION CLIENT, BINLOG MONITOR, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, REFERENCES',
        ],
      ] as const) {
        await session.query(`CREATE USER ?@'%' IDENTIFIED BY ? REQUIRE SSL`, [user, password]);
        await session.query(`GRANT ${rights} ON *.* TO ?@'%'`, [user]);
      }
    });
    store = new TestVault(root);
  });
  after(async () => {
    await server.end('SIGKILL');
    fs.rmSync(root, { recursive: true, force: true });
  });

  it('hold one snapshot with its exact counts and its place in the log, while the application writes', async () => {
    const engine = mysqlEngine(managed('master'));
    let writing = true;
    const writer = server.run(async (session) => {
      while (writing)
        await session.query(
          `INSERT INTO ${database}.reservations (hotel, note, created_at) VALUES (2, 'busy', UTC_TIMESTAMP(6))`,
        );
    });
    const full = await store.backUp(engine, 'full');
    writing = false;
    await writer;
    const census = await store.catalogue.census(full);
    const rows = await store.restoredRows(engine, { to: 'point' }, count, full);
    const { least, most } = census?.counts[`${database}.reservations`] ?? { least: -1, most: -2 };
    assert.equal(least, most);
    assert.deepEqual(rows, [{ n: least }]);
    await server.insert('after');
    const log = await store.backUp(engine, 'log');
    assert.equal(log.parent, full.id);
    const total = await server.run(
      async (session) => (await session.query(`SELECT COUNT(*) AS n FROM ${database}.reservations`))[0],
    );
    assert.deepEqual(
      await store.restoredRows(engine, { to: 'latest' }, count, full),
      JSON.parse(JSON.stringify(total)),
    );
    assert.deepEqual(await engine.verify(full, store.work()), []);
  });

  it('hold an interval where the user may not lock, and know no place to replay from', async () => {
    const engine = mysqlEngine(managed('rds'));
    const full = await store.backUp(engine, 'full');
    assert.equal(full.positions['end'], undefined);
    const census = await store.catalogue.census(full);
    const [row] = await store.restoredRows(engine, { to: 'point' }, count, full);
    const { least = -1, most = -1 } = census?.counts[`${database}.reservations`] ?? {};
    assert.ok(least <= Number(row?.['n']) && Number(row?.['n']) <= most);
  });

  it('keep the password out of every argument and every message', async () => {
    const words = new Set<string>();
    const watch = setInterval(() => {
      for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
        try {
          words.add(fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '));
        } catch {
          // Ended.
        }
      }
    }, 5);
    await store.backUp(mysqlEngine(managed('master')), 'full');
    clearInterval(watch);
    const all = [...words];
    assert.ok(
      all.some((line) => line.includes('mariadb-dump')),
      'the dump was watched',
    );
    assert.deepEqual(
      all.filter((line) => line.includes(password) || line.includes('a"b')),
      [],
    );
    fs.writeFileSync(path.join(root, 'password'), 'wrong-one');
    await assert.rejects(store.backUp(mysqlEngine(managed('master')), 'full'), (error: Error & { code: string }) => {
      assert.equal(error.code, 'permission-denied');
      assert.ok(!error.message.includes('wrong-one'));
      return true;
    });
    fs.writeFileSync(path.join(root, 'password'), password);
  });

  it('rejects a server whose certificate nobody vouches for', async () => {
    const other = fs.mkdtempSync(path.join(root, 'other-'));
    certificates(other);
    await assert.rejects(store.backUp(mysqlEngine({ ...managed('master'), ca: path.join(other, 'ca.crt') }), 'full'));
  });

  it('replace the live database by one exchange, triggers, routines and views included; the old one stays', async () => {
    const engine = mysqlEngine(managed('master'));
    const full = await store.backUp(engine, 'full');
    await server.sql(`UPDATE ${database}.reservations SET note = 'spoiled'`, `DROP PROCEDURE ${database}.arrivals`);
    const folder = path.join(root, 'install');
    await store.restore(engine, { to: 'point' }, folder, full);
    const visitor = await openSession(server.access, database);
    await assert.rejects(engine.install(folder, store.work()), { code: 'target-running' });
    const { threadId } = visitor;
    visitor.destroy();
    await server.run(async (session) => {
      const isThere = async () => {
        const [rows] = await session.query('SELECT 1 FROM information_schema.processlist WHERE id = ?', [threadId]);
        return (rows as unknown[]).length > 0;
      };
      while (await isThere());
    });
    const { previous } = await engine.install(folder, store.work());
    assert.match(previous ?? '', /^qloapps_before_\d+$/);
    await server.run(async (session) => {
      const one = async (sql: string) =>
        Object.values(((await session.query(sql))[0] as Record<string, unknown>[])[0] ?? {})[0];
      assert.equal(await one(`SELECT COUNT(*) FROM ${database}.reservations WHERE note = 'spoiled'`), 0);
      assert.notEqual(await one(`SELECT COUNT(*) FROM ${previous ?? ''}.reservations WHERE note = 'spoiled'`), 0);
      await session.query(`INSERT INTO ${database}.reservations (hotel, created_at) VALUES (1, NOW(6))`);
      assert.equal(await one(`SELECT note FROM ${database}.reservations ORDER BY id DESC LIMIT 1`), 'none');
      await session.query(`CALL ${database}.arrivals()`);
      await session.query(`SELECT * FROM ${database}.latest`);
      await assert.rejects(
        session.query(`INSERT INTO ${database}.reservations (hotel, created_at) VALUES (99, NOW(6))`),
        /foreign key/,
      );
    });
  });
});
