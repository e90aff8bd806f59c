import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { withSession, type Session } from '../../scripts/engines/postgres/session';
import { asServerUser, giveToServerUser, postgresProgram } from '../../scripts/programs/server-programs';
import type { PostgresServer } from '../../scripts/settings/datasets';

export const database = 'agente_db';

/** The tables of the application that matter here: one of them points at the other. */
const schema = `
  CREATE TABLE sessions (id bigint PRIMARY KEY, guest text NOT NULL, created_at timestamptz NOT NULL DEFAULT clock_timestamp());
  CREATE TABLE reservations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session bigint NOT NULL REFERENCES sessions,
    note text,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX by_note ON reservations (note);
  INSERT INTO sessions SELECT n, md5(n::text) FROM generate_series(1, 100) n;
  INSERT INTO reservations (session, note) SELECT 1 + n % 100, md5(n::text) FROM generate_series(1, 2000) n;`;

interface PostgresShape {
  readonly filled: boolean;
  readonly cluster: readonly string[];
  readonly more: Readonly<Record<string, string | number>>;
}

/** A real PostgreSQL server in a folder of its own; only its socket is open, and it dies with the test. */
export class TestPostgres {
  readonly data: string;
  readonly socketDir: string;
  readonly port = 5432;
  private child: ChildProcess | null = null;

  constructor(
    readonly home: string,
    private readonly more: Readonly<Record<string, string | number>> = {},
  ) {
    this.data = path.join(home, 'data');
    this.socketDir = path.join(home, 'socket');
  }

  /**
   * @param cluster further arguments of initdb.
   * @param more further settings of the server.
   */
  static async create(
    home: string,
    { filled = true, cluster = [], more = {} }: Partial<PostgresShape> = {},
  ): Promise<TestPostgres> {
    const server = new TestPostgres(home, more);
    server.makeFolders();
    const { command, args } = asServerUser(postgresProgram('initdb'), [
      ...[
        '-D',
        server.data,
        '-U',
        'postgres',
        '--auth=trust',
        '--data-checksums',
        '--encoding=UTF8',
        '--locale=C.UTF-8',
      ],
      '--no-sync',
      ...cluster,
    ]);
    execFileSync(command, args, { stdio: 'ignore', cwd: '/' });
    server.configure();
    await server.start();
    if (filled) {
      await server.sql(`CREATE ROLE agente_user LOGIN`, 'postgres');
      await server.sql(`CREATE DATABASE ${database}`, 'postgres');
      await server.sql(schema);
    }
    return server;
  }

  makeFolders(): void {
    for (const folder of [this.home, this.socketDir]) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      giveToServerUser(folder);
    }
  }

  get settings(): PostgresServer {
    return {
      engine: 'postgres',
      kind: 'server',
      data: this.data,
      socketDir: this.socketDir,
      port: this.port,
      user: 'postgres',
      database,
      freshness: ['public.sessions', 'public.reservations'],
    };
  }

  get log(): string {
    return path.join(this.home, 'log');
  }

  configure(): void {
    const lines = {
      listen_addresses: '',
      port: this.port,
      unix_socket_directories: this.socketDir,
      archive_mode: 'on',
      archive_timeout: '60s',
      fsync: 'off',
      shared_buffers: '32MB',
      max_wal_size: '256MB',
      autovacuum: 'off',
      log_timezone: 'UTC',
      timezone: 'UTC',
      ...this.more,
    };
    const text = Object.entries(lines).map(([name, value]) => `${name} = '${value}'\n`);
    fs.writeFileSync(path.join(this.data, 'postgresql.conf'), text.join(''));
    fs.writeFileSync(path.join(this.data, 'pg_hba.conf'), 'local all all trust\nlocal replication all trust\n');
  }

  async start(): Promise<void> {
    fs.rmSync(path.join(this.data, 'postmaster.pid'), { force: true });
    const { command, args } = asServerUser(postgresProgram('postgres'), ['-D', this.data]);
    const log = fs.openSync(this.log, 'a');
    const child = spawn(command, args, { stdio: ['ignore', log, log], cwd: this.data });
    fs.closeSync(log);
    this.child = child;
    for (const deadline = Date.now() + 20_000; ;) {
      await pause(20);
      if (
        await this.sql('SELECT 1', 'postgres').then(
          () => true,
          () => false,
        )
      )
        return;
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error(`the server does not start: ${fs.readFileSync(this.log, 'utf8').slice(-500)}`);
      }
    }
  }

  async end(signal: 'SIGINT' | 'SIGKILL' = 'SIGINT'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    await closed;
    // What outlived a kill still holds the shared memory of the directory.
    if (signal === 'SIGKILL') await pause(300);
  }

  run<T>(work: (session: Session) => Promise<T>, name = database): Promise<T> {
    return withSession({ host: this.socketDir, port: this.port, user: 'postgres', database: name }, work);
  }

  async sql(text: string, name = database): Promise<Record<string, unknown>[]> {
    return this.run(async (session) => (await session.query<Record<string, unknown>>(text)).rows, name);
  }

  /** Adds reservations and hands the log in. */
  async addReservations(count: number): Promise<void> {
    await this.sql(
      `INSERT INTO reservations (session, note) SELECT 1 + n % 100, 'later' FROM generate_series(1, ${String(count)}) n`,
    );
  }

  /** Ends the segment that is being written, and waits until it lies in the archive. */
  async archive(): Promise<string> {
    const [row] = await this.sql('SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS name');
    const name = String(row?.['name']);
    // A transaction that ends in this segment; together with the switch it would end in the next.
    await this.sql('CREATE TABLE public.noise (n int); DROP TABLE public.noise');
    await this.sql('SELECT pg_switch_wal()');
    for (const deadline = Date.now() + 20_000; ;) {
      await pause(20);
      const [{ last } = {}] = await this.sql('SELECT last_archived_wal AS last FROM pg_stat_archiver');
      if (typeof last === 'string' && last.slice(8, 24) >= name.slice(8)) return name;
      if (Date.now() > deadline)
        throw new Error(`${name} does not arrive: ${fs.readFileSync(this.log, 'utf8').slice(-500)}`);
    }
  }
}

/** The stored object of a segment, on disk. */
export function archivedFile(repository: string, segment: string): string {
  const found = execFileSync('find', [repository, '-name', `${segment}-*`], { encoding: 'utf8' }).trim();
  if (found === '') throw new Error(`${segment} is not in ${repository}`);
  return found;
}
