import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openSession, type Access, type Session } from '../../scripts/engines/mysql/access';
import { asServerUser, giveToServerUser } from '../../scripts/programs/server-programs';
import type { MysqlServer } from '../../scripts/settings/datasets';
import { freePort } from '../free-port';

export const database = 'qloapps';

/** Folders of one test; the tests of a killed run are swept by name. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync('/tmp/agente-mysql-');
  fs.chmodSync(folder, 0o711);
  return folder;
}

/** A real MariaDB server; it dies with the test. */
export class TestServer {
  readonly data: string;
  readonly socket: string;
  readonly access: Access;
  private child: ChildProcess | null = null;

  constructor(
    readonly home: string,
    readonly port: number,
    readonly serverId: number,
    private readonly more: readonly string[] = [],
  ) {
    this.data = path.join(home, 'data');
    this.socket = path.join(home, 'sock');
    this.access = { socket: this.socket, user: 'root' };
  }

  get settings(): MysqlServer {
    return {
      engine: 'mysql',
      kind: 'server',
      data: this.data,
      socket: this.socket,
      user: 'root',
      database,
      freshness: ['reservations'],
    };
  }

  /**
   * @param more further settings of the server.
   * @param install those that its files are made with.
   */
  static async create(
    root: string,
    name: string,
    serverId: number,
    more: readonly string[] = [],
    install: readonly string[] = [],
  ): Promise<TestServer> {
    const home = path.join(root, name);
    fs.mkdirSync(home, { mode: 0o755 });
    giveToServerUser(home);
    const server = new TestServer(home, await freePort(), serverId, more);
    const { command, args } = asServerUser('mariadb-install-db', [
      '--no-defaults',
      `--datadir=${server.data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      '--innodb-log-file-size=8M',
      ...install,
    ]);
    execFileSync(command, args, { stdio: 'ignore' });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const { command, args } = asServerUser('mariadbd', [
      '--no-defaults',
      `--datadir=${this.data}`,
      `--socket=${this.socket}`,
      `--port=${String(this.port)}`,
      '--bind-address=127.0.0.1',
      `--pid-file=${path.join(this.home, 'pid')}`,
      `--tmpdir=${this.home}`,
      `--log-bin=${path.join(this.data, 'binlog')}`,
      `--server-id=${String(this.serverId)}`,
      '--binlog-format=ROW',
      '--binlog-checksum=CRC32',
      '--sync-binlog=1',
      '--innodb-flush-log-at-trx-commit=1',
      '--innodb-buffer-pool-size=24M',
      '--innodb-log-file-size=8M',
      '--skip-name-resolve',
      ...this.more,
    ]);
    const log = fs.openSync(path.join(this.home, 'log'), 'a');
    this.child = spawn(command, args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    for (let tries = 0; ; tries++) {
      try {
        (await openSession(this.access)).destroy();
        return;
      } catch (error) {
        if (tries > 300 || this.child.exitCode !== null) throw error;
      }
      await pause(50);
    }
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await closed;
    this.child = null;
  }

  async run<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await openSession(this.access);
    try {
      return await work(session);
    } finally {
      session.destroy();
    }
  }

  sql(...statements: string[]): Promise<void> {
    return this.run(async (session) => {
      for (const statement of statements) await session.query(statement);
    });
  }

  /** The tables of the PMS that matter here, and some rows. */
  fill(rows = 200): Promise<void> {
    return this.sql(
      `CREATE DATABASE IF NOT EXISTS ${database}`,
      `CREATE TABLE ${database}.hotels (id INT PRIMARY KEY, name VARCHAR(80)) ENGINE=InnoDB`,
      `CREATE TABLE ${database}.reservations (id INT AUTO_INCREMENT PRIMARY KEY, hotel INT NOT NULL, note VARCHAR(200),
         created_at DATETIME(6) NOT NULL, FOREIGN KEY at_hotel (hotel) REFERENCES ${database}.hotels (id)) ENGINE=InnoDB`,
      `CREATE VIEW ${database}.latest AS SELECT MAX(created_at) AS at FROM ${database}.reservations`,
      `CREATE TRIGGER ${database}.noted BEFORE INSERT ON ${database}.reservations FOR EACH ROW SET NEW.note = COALESCE(NEW.note, 'none')`,
      `CREATE PROCEDURE ${database}.arrivals() SELECT COUNT(*) FROM ${database}.reservations`,
      `INSERT INTO ${database}.hotels VALUES (1, 'Plaza'), (2, 'Mar')`,
      `INSERT INTO ${database}.reservations (hotel, note, created_at) SELECT 1 + seq % 2, MD5(seq), NOW(6) FROM ${database}.seq_1_to_${String(rows)}`,
    );
  }

  insert(note: string): Promise<void> {
    return this.sql(
      `INSERT INTO ${database}.reservations (hotel, note, created_at) VALUES (1, '${note}', UTC_TIMESTAMP(6))`,
    );
  }
}
