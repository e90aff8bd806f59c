import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import { childOptions, run } from '../../programs/run';
import { asServerUser, postgresProgram } from '../../programs/server-programs';
import { ownedFolder, writeOwned } from './home';
import { withSession } from './session';

/** The longest path of a socket that Linux takes is 107 bytes. */
const longestSocketFolder = 80;
const port = 5432;
const stopMs = 120_000;
/** A server whose postmaster was killed notices it within seconds. */
const dyingMs = 30_000;

type Settings = Readonly<Record<string, string | number>>;

/** What must be at least what it was on the source, or a hot standby refuses to replay. */
const floors = {
  'max_connections setting': 'max_connections',
  'max_worker_processes setting': 'max_worker_processes',
  'max_wal_senders setting': 'max_wal_senders',
  'max_prepared_xacts setting': 'max_prepared_transactions',
  'max_locks_per_xact setting': 'max_locks_per_transaction',
} as const;

/** What pg_controldata says of a data directory, by its words. */
export async function controlData(data: string): Promise<Map<string, string>> {
  const { stdout } = await run(postgresProgram('pg_controldata'), [data]);
  const pairs = stdout.split('\n').map((line) => /^(.*?):\s*(.*)$/.exec(line));
  return new Map(pairs.map((match) => [match?.[1] ?? '', match?.[2] ?? '']));
}

/**
 * A server on restored files that nobody else reaches and that tells nobody: no network, no archive, no
 * standby, and none of the settings that the source had. It dies with this process.
 */
export class ThrowAwayServer {
  private ended = false;
  private output = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly access: ClientConfig,
    private readonly socketFolder: string,
    readonly data: string,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.output = (this.output + text).slice(-16_384);
    });
    child.on('error', () => (this.ended = true));
    child.on('close', () => (this.ended = true));
  }

  static async start(data: string, folder: string, settings: Settings = {}): Promise<ThrowAwayServer> {
    ownedFolder(folder);
    await takeFromDeadServer(data);
    const socketFolder =
      folder.length <= longestSocketFolder ? folder : fs.mkdtempSync(path.join(os.tmpdir(), 'agente-pg-'));
    ownedFolder(socketFolder);
    // Of a run that was killed: the number in its lock may be that of any process by now.
    for (const name of [`.s.PGSQL.${port}`, `.s.PGSQL.${port}.lock`]) {
      fs.rmSync(path.join(socketFolder, name), { force: true });
    }
    const rules = path.join(folder, 'hba.conf');
    // The folder of the socket is closed to everybody else.
    writeOwned(rules, 'local all all trust\n');
    const config = path.join(folder, 'postgresql.conf');
    writeOwned(config, '');
    const control = await controlData(data);
    const least = Object.entries(floors).map(([said, name]) => [name, control.get(said) ?? '']);
    const all = {
      config_file: config,
      hba_file: rules,
      listen_addresses: '',
      port,
      unix_socket_directories: socketFolder,
      ssl: 'off',
      shared_buffers: '128MB',
      // Segments wait for the archive of the server that this becomes, and go nowhere from here.
      archive_mode: 'on',
      archive_command: '',
      archive_library: '',
      archive_timeout: 0,
      primary_conninfo: '',
      primary_slot_name: '',
      synchronous_standby_names: '',
      hot_standby: 'on',
      autovacuum: 'off',
      logging_collector: 'off',
      log_destination: 'stderr',
      log_timezone: 'UTC',
      timezone: 'UTC',
      ...(Object.fromEntries(least.filter(([, value]) => value !== '')) as Settings),
      ...settings,
    } satisfies Settings;
    const { command, args } = asServerUser(postgresProgram('postgres'), [
      '-D',
      data,
      ...Object.entries<string | number>(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]);
    const child = spawn(command, args, { env: childOptions({}).env, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
    const access = { host: socketFolder, port, user: 'postgres', database: 'postgres' };
    return new ThrowAwayServer(child, access, socketFolder, data);
  }

  get hasEnded(): boolean {
    return this.ended;
  }

  /** The errors among the last that it said. */
  get said(): string {
    const lines = this.output.split('\n').filter((line) => /FATAL|PANIC|ERROR|agente-dr/.test(line));
    return (lines.length > 0 ? lines : this.output.trim().split('\n')).slice(-3).join(' | ');
  }

  /** Asks until the answer is yes. @throws AgenteError engine-failed when the server ends before. */
  async until(what: string, question: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (this.ended) {
        throw new AgenteError('engine-failed', `PostgreSQL ended before ${what}: ${this.said}`, 'See what it said.');
      }
      if (signal?.aborted === true) throw new AgenteError('cancelled', `stopped before ${what}`, 'Run it again.');
      const isSo = await withSession(this.access, async (session) => {
        const { rows } = await session.query<unknown[]>({ text: question, rowMode: 'array' });
        return rows[0]?.[0] === true;
      }).catch(() => false);
      if (isSo) return;
      await pause(20);
    }
  }

  /** A fast shutdown, with its checkpoint. */
  async stop(): Promise<void> {
    await this.endBy('SIGINT');
  }

  async kill(): Promise<void> {
    await this.endBy('SIGKILL');
  }

  private async endBy(signal: NodeJS.Signals): Promise<void> {
    const deadline = Date.now() + stopMs;
    this.child.kill(signal);
    while (!this.ended && Date.now() < deadline) await pause(10);
    if (!this.ended) this.child.kill('SIGKILL');
    while (!this.ended) await pause(10);
    // A killed server's children go on until they notice.
    while (signal === 'SIGKILL' && (await hasProcesses(this.data))) await pause(20);
    if (this.socketFolder.startsWith(path.join(os.tmpdir(), 'agente-pg-'))) {
      fs.rmSync(this.socketFolder, { recursive: true, force: true });
    }
  }
}

/**
 * Makes a data directory ours whose throw-away server was killed with its run: what that server had begun ends
 * soon, and its lock names a process that may be anybody's by now.
 * @throws AgenteError target-running while somebody works in it.
 */
export async function takeFromDeadServer(data: string): Promise<void> {
  for (const deadline = Date.now() + dyingMs; await hasProcesses(data);) {
    if (Date.now() > deadline) {
      const hint = 'Let the other restore end, or end it; then run this again.';
      throw new AgenteError('target-running', `somebody works in ${data}`, hint);
    }
    await pause(20);
  }
  fs.rmSync(path.join(data, 'postmaster.pid'), { force: true });
}

/** Does a process still work in a data directory? PostgreSQL's all do. */
async function hasProcesses(data: string): Promise<boolean> {
  const real = fs.existsSync(data) ? fs.realpathSync(data) : data;
  const pids = (await fs.promises.readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map((pid) => fs.promises.readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return folders.some((folder) => folder === real);
}
