import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { valueOf, withSession } from '../../../scripts/engines/mysql/access';
import { asServerUser } from '../../../scripts/programs/server-programs';
import { BenchServer, serverFolder } from './bench-server';
import type { Contender, Tool } from './contender';
import { lent, openFrom, quoted, sealInto } from './line';
import type { Keys } from './keys';

const database = 'qloapps';
const bytesARow = 486;

const fill = (rows: number): string[] => [
  `CREATE DATABASE ${database}`,
  `CREATE TABLE ${database}.reservations (id INT PRIMARY KEY, note VARCHAR(300), guest VARCHAR(300), created_at DATETIME(6)) ENGINE=InnoDB`,
  `INSERT INTO ${database}.reservations SELECT seq, CONCAT(${Array.from({ length: 8 }, (_, k) => `MD5(CONCAT(seq, '.', ${String(k)}))`).join(', ')}), REPEAT('a guest of the hotel; ', 5), UTC_TIMESTAMP(6) FROM ${database}.seq_1_to_${String(rows)}`,
];

export class MysqlContender implements Contender {
  readonly dataset = 'pms';
  private readonly home: string;
  private readonly data: string;
  private readonly socket: string;
  private readonly server: BenchServer;
  private rows = 0;

  constructor(
    room: string,
    private readonly keys: Keys,
  ) {
    this.home = serverFolder(path.join(room, 'mysql'));
    this.data = path.join(this.home, 'data');
    this.socket = path.join(this.home, 'socket');
    this.server = new BenchServer('mariadbd', path.join(this.home, 'log'));
  }

  get settings(): object {
    return { engine: 'mysql', kind: 'server', data: this.data, socket: this.socket, freshness: ['reservations'] };
  }

  async prepare(bytes: number): Promise<void> {
    const { command, args } = asServerUser('mariadb-install-db', [
      '--no-defaults',
      `--datadir=${this.data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
    ]);
    execFileSync(command, args, { stdio: 'ignore' });
    await this.start();
    const rows = Math.ceil(bytes / bytesARow);
    await withSession(this.access, async (session) => {
      for (const statement of fill(rows)) await session.query(statement);
    });
    this.rows = rows;
  }

  async start(): Promise<void> {
    const args = [
      '--no-defaults',
      `--datadir=${this.data}`,
      `--socket=${this.socket}`,
      '--skip-networking',
      `--pid-file=${path.join(this.home, 'pid')}`,
      `--tmpdir=${this.home}`,
      `--log-bin=${path.join(this.data, 'binlog')}`,
      '--server-id=1',
      '--binlog-format=ROW',
      '--innodb-buffer-pool-size=256M',
    ];
    await this.server.start(args, () =>
      withSession(this.access, async (session) => {
        if (this.rows === 0) return true;
        return Number(await valueOf(session, `SELECT MAX(id) FROM ${database}.reservations`)) === this.rows;
      }),
    );
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGTERM');
  }

  wreck(): void {
    fs.rmSync(this.data, { recursive: true });
  }

  get tools(): readonly Tool[] {
    const file = (folder: string): string => path.join(folder, 'base.mbstream.zst.age');
    const tool = lent('mariadb-backup --no-defaults');
    return [
      {
        title: 'mariadb-backup',
        backUp: (folder) =>
          `mariadb-backup --no-defaults --user=root --socket=${quoted(this.socket)} --datadir=${quoted(this.data)} --target-dir=${quoted(folder)} --backup --stream=mbstream | ${sealInto(file(folder), this.keys.recipients)} && sync ${quoted(file(folder))}`,
        restore: (folder) =>
          [
            lent(`mkdir -m 700 ${quoted(this.data)}`),
            `${openFrom(file(folder), this.keys.identity)} | ${lent(`mbstream -x -C ${quoted(this.data)}`)}`,
            `${tool} --prepare --use-memory=128M --target-dir=${quoted(this.data)}`,
          ].join(' && '),
      },
    ];
  }

  private get access() {
    return { socket: this.socket, user: 'root' };
  }
}
