import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { clusterArguments } from '../../../scripts/engines/postgres/new-cluster';
import { withSession } from '../../../scripts/engines/postgres/session';
import { asServerUser, giveToServerUser, postgresProgram } from '../../../scripts/programs/server-programs';
import { BenchServer, serverFolder } from './bench-server';
import type { Contender, Tool } from './contender';
import { lent, quoted } from './line';

const database = 'agente_db';
const port = 5432;
/** What a row takes with its share of the index. */
const bytesARow = 436;

/** Most of a row is noise in hexadecimal, and the rest is the same in every row. */
const fill = (rows: number): string => `
  CREATE TABLE sessions (id bigint PRIMARY KEY, created_at timestamptz NOT NULL DEFAULT now());
  INSERT INTO sessions VALUES (1);
  CREATE TABLE reservations (id bigint PRIMARY KEY, note text NOT NULL, guest text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  INSERT INTO reservations SELECT n,
    (SELECT string_agg(md5(n::text || k::text), '') FROM generate_series(1, 8) k),
    repeat('a guest of the hotel; ', 5) FROM generate_series(1, ${String(rows)}) n;
  CHECKPOINT;`;

export class PostgresContender implements Contender {
  readonly dataset = 'postgres';
  private readonly data: string;
  private readonly sockets: string;
  private readonly home: string;
  private readonly server: BenchServer;
  private rows = 0;

  constructor(room: string) {
    this.home = serverFolder(path.join(room, 'postgres'));
    this.data = path.join(this.home, 'data');
    this.sockets = serverFolder(path.join(this.home, 'sockets'));
    this.server = new BenchServer(postgresProgram('postgres'), path.join(this.home, 'log'));
  }

  get settings(): object {
    return { engine: 'postgres', kind: 'server', data: this.data, socketDir: this.sockets, port };
  }

  async prepare(bytes: number): Promise<void> {
    const { command, args } = asServerUser(postgresProgram('initdb'), clusterArguments(this.data));
    execFileSync(command, args, { stdio: 'ignore', cwd: '/' });
    fs.writeFileSync(path.join(this.data, 'pg_hba.conf'), 'local all all trust\nlocal replication all trust\n');
    const lines = [
      `listen_addresses = ''`,
      `unix_socket_directories = '${this.sockets}'`,
      `archive_mode = on`,
      `archive_command = 'true'`,
      `max_wal_size = '2GB'`,
      `shared_buffers = '128MB'`,
      `log_timezone = 'UTC'`,
      `timezone = 'UTC'`,
    ];
    fs.appendFileSync(path.join(this.data, 'postgresql.conf'), `${lines.join('\n')}\n`);
    await this.start();
    await this.ask(`CREATE DATABASE ${database}`, 'postgres');
    this.rows = Math.ceil(bytes / bytesARow);
    await this.ask(fill(this.rows));
  }

  async start(): Promise<void> {
    await this.server.start(['-D', this.data], async () => {
      const [state] = await this.ask('SELECT pg_is_in_recovery() AS recovering', 'postgres');
      if (state?.['recovering'] !== false) return false;
      if (this.rows === 0) return true;
      const [last] = await this.ask('SELECT max(id) AS id FROM reservations');
      return Number(last?.['id']) === this.rows;
    });
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGINT');
  }

  wreck(): void {
    fs.rmSync(this.data, { recursive: true });
  }

  get tools(): readonly Tool[] {
    return [this.pgbackrest(), this.baseBackup()];
  }

  /** With the options that ours takes: compression, encryption, copies at once. */
  private pgbackrest(): Tool {
    const call = (folder: string, ...words: readonly string[]): string =>
      lent(`pgbackrest --config=${quoted(path.join(folder, 'pgbackrest.conf'))} --stanza=main ${words.join(' ')}`);
    const configure = (folder: string): void => {
      giveToServerUser(folder);
      const lines = [
        '[global]',
        `repo1-path=${path.join(folder, 'repository')}`,
        'repo1-retention-full=99',
        'repo1-bundle=y',
        'repo1-cipher-type=aes-256-cbc',
        'repo1-cipher-pass=of the raw tool',
        'compress-type=zst',
        'compress-level=1',
        'process-max=2',
        'start-fast=y',
        `lock-path=${folder}`,
        `spool-path=${folder}`,
        'log-level-file=off',
        '[main]',
        `pg1-path=${this.data}`,
        `pg1-socket-path=${this.sockets}`,
        `pg1-port=${String(port)}`,
      ];
      const file = path.join(folder, 'pgbackrest.conf');
      fs.writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
      giveToServerUser(file);
    };
    return {
      title: 'pgbackrest',
      backUp: (folder) => {
        configure(folder);
        const archive = call(folder, 'archive-push', '%p').replace(/^setpriv .*? -- /, '');
        const command = `ALTER SYSTEM SET archive_command = '${archive.replaceAll("'", "''")}'`;
        return [
          `${this.psql(command)} && ${this.psql('SELECT pg_reload_conf()')}`,
          call(folder, 'stanza-create'),
          call(folder, 'backup', '--type=full'),
        ].join(' && ');
      },
      restore: (folder) => `${this.emptyData()} && ${call(folder, 'restore')}`,
    };
  }

  private baseBackup(): Tool {
    const program = quoted(postgresProgram('pg_basebackup'));
    return {
      title: 'pg_basebackup, lz4',
      backUp: (folder) =>
        `${program} -h ${quoted(this.sockets)} -U postgres -D ${quoted(path.join(folder, 'base'))} -Ft -X stream -c fast --compress=client-lz4:1`,
      restore: (folder) =>
        [
          this.emptyData(),
          `lz4 -q -dc ${quoted(path.join(folder, 'base/base.tar.lz4'))} | ${lent(`tar -x -C ${quoted(this.data)}`)}`,
          `${lent(`tar -x -C ${quoted(path.join(this.data, 'pg_wal'))}`)} < ${quoted(path.join(folder, 'base/pg_wal.tar'))}`,
        ].join(' && '),
    };
  }

  private emptyData = (): string => lent(`mkdir -m 700 ${quoted(this.data)}`);

  private psql = (command: string): string =>
    `psql -q -h ${quoted(this.sockets)} -U postgres -c ${quoted(command)} >/dev/null`;

  private ask(text: string, name = database): Promise<Record<string, unknown>[]> {
    const door = { host: this.sockets, port, user: 'postgres', database: name };
    return withSession(door, async (session) => (await session.query<Record<string, unknown>>(text)).rows);
  }
}
