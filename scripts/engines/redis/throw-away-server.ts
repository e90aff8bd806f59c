import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import { identityOf, runs } from '../../process-identity';
import { asServerUser, findProgram, giveToServerUser } from '../../programs/server-programs';
import { connect, type RedisConnection } from './connection';
import { parseInformation } from './information';
import type { FileNames } from './live-server';

interface ThrowAwayOptions {
  readonly data: string;
  readonly names: FileNames;
  readonly appendOnly: boolean;
  /**
   * A replica keeps what has expired, so that a count is comparable with the one of the source; its master is
   * an address that no packet can be sent to.
   */
  readonly asReplica: boolean;
  readonly signal?: AbortSignal | undefined;
}

const pollMs = 20;

export function serverProgram(): string {
  try {
    return findProgram('redis-server');
  } catch {
    return findProgram('valkey-server');
  }
}

/** Rooms of processes that were killed: nobody else comes by to remove them. */
function removeForgottenRooms(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const [, pid, start] = /^agente-redis-(\d+)-(\d+)-\w+$/.exec(name) ?? [];
    if (pid === undefined || start === undefined) continue;
    if (runs({ host: os.hostname(), pid: Number(pid), start }) !== false) continue;
    fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
  }
}

/** A server for the files in one folder, on a socket in a private one; it ends with this process. */
export class ThrowAwayServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly room: string,
    readonly client: RedisConnection,
  ) {}

  /** @throws AgenteError restore-damaged with the server's own words when it does not open the files. */
  static async start(options: ThrowAwayOptions): Promise<ThrowAwayServer> {
    // Beside the temporary files: the path of a socket has 107 bytes, and that of a folder may have more.
    removeForgottenRooms();
    const { pid, start } = identityOf();
    const room = fs.mkdtempSync(path.join(os.tmpdir(), `agente-redis-${String(pid)}-${start}-`));
    giveToServerUser(room);
    const socket = path.join(room, 's');
    const file = path.join(room, 'redis.conf');
    fs.writeFileSync(file, configuration(options, socket), { mode: 0o600 });
    giveToServerUser(file);
    const { command, args } = asServerUser(serverProgram(), [file]);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: room });
    let said = '';
    const listen = (text: Buffer): void => {
      said = (said + text.toString()).slice(-16_384);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', (error) => (said += error.message));
    try {
      const client = await untilReady(child, socket, () => said, options.signal);
      return new ThrowAwayServer(child, room, client);
    } catch (error) {
      await ended(child);
      fs.rmSync(room, { recursive: true, force: true });
      throw error;
    }
  }

  async information(section: string) {
    return parseInformation(await this.client.info(section));
  }

  async until(isSo: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
    while (!(await isSo())) await pause(pollMs, undefined, { signal });
  }

  async close(): Promise<void> {
    // What it holds is on disk as it was found; nothing that happened here may be added.
    await this.client.sendCommand(['SHUTDOWN', 'NOSAVE']).catch(() => undefined);
    if (this.client.isOpen) this.client.destroy();
    await ended(this.child);
    fs.rmSync(this.room, { recursive: true, force: true });
  }
}

function configuration({ data, names, appendOnly, asReplica }: ThrowAwayOptions, socket: string): string {
  return [
    'port 0',
    `unixsocket ${socket}`,
    'unixsocketperm 700',
    'daemonize no',
    `dir ${JSON.stringify(data)}`,
    `dbfilename ${JSON.stringify(names.dump)}`,
    `appenddirname ${JSON.stringify(names.appendFolder)}`,
    `appendfilename ${JSON.stringify(names.appendFile)}`,
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    // The default loads a log that was cut off, and the last writes are gone without a word.
    'aof-load-truncated no',
    'auto-aof-rewrite-percentage 0',
    'save ""',
    'databases 1024',
    'enable-debug-command local',
    ...(asReplica ? ['replicaof 255.255.255.255 9'] : []),
    '',
  ].join('\n');
}

async function untilReady(
  child: ChildProcess,
  socket: string,
  said: () => string,
  signal: AbortSignal | undefined,
): Promise<RedisConnection> {
  for (;;) {
    signal?.throwIfAborted();
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) throw refused(said());
    const client = fs.existsSync(socket) ? await connect({ socket }).catch(() => null) : null;
    const loading = client === null ? null : parseInformation(await client.info('persistence')).get('loading');
    if (client !== null && loading === '0') return client;
    client?.destroy();
    await pause(pollMs, undefined, { signal });
  }
}

function refused(said: string): AgenteError {
  const lines = said.split('\n').filter((line) => /^\d+:\w .* # |\*\*\*|fatal|FATAL|^>>>/.test(line));
  const tail = (lines.length === 0 ? said.trim().split('\n') : lines)
    .slice(-4)
    .map((line) => line.replace(/^\d+:\w .{20,30}? [#*-] /, ''))
    .join(' | ');
  if (/can't handle RDB format version/i.test(said)) {
    const hint = 'Install the version that made the recovery point, or a newer one.';
    return new AgenteError('version-mismatch', `this redis is older than the recovery point: ${tail}`, hint);
  }
  return new AgenteError(
    'restore-damaged',
    `redis does not open the restored files: ${tail}`,
    'Restore from another recovery point.',
  );
}

/** Killed when it does not go by itself. */
async function ended(child: ChildProcess): Promise<void> {
  for (
    let waited = 0;
    child.exitCode === null && child.signalCode === null && child.pid !== undefined;
    waited += pollMs
  ) {
    if (waited > 5_000) child.kill('SIGKILL');
    await pause(pollMs);
  }
}
