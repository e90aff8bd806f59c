import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as tls from 'node:tls';
import type { RegionContext, Server } from '../../supervisor/part';
import { giveToServerUser } from '../../../scripts/programs/server-programs';

export interface CacheRecord {
  readonly identifier: string;
  readonly authToken: string | null;
  readonly port: number;
  /** Where nodes of a cluster would talk to each other. */
  readonly busPort: number;
}

const patienceMs = 60_000;
const pollMs = 50;

/** A Redis with TLS only, a cluster of one, with an append-only file. */
export class CacheServer {
  private constructor(
    private readonly context: RegionContext,
    private readonly record: CacheRecord,
    private readonly server: Server,
  ) {}

  /** @throws Error with the log's last lines when it does not start. */
  static async start(context: RegionContext, record: CacheRecord, appendOnly = true): Promise<CacheServer> {
    const home = context.folder('cache', record.identifier);
    writeClusterOfOne(home);
    const file = path.join(home, 'redis.conf');
    fs.writeFileSync(file, configuration(context, record, home, appendOnly), { mode: 0o600 });
    giveToServerUser(file);
    const server = await context.start({
      kind: 'cache',
      name: record.identifier,
      command: 'redis-server',
      args: [file],
      cwd: home,
      restart: true,
      ready: async () => (await ask(context, record, 'CLUSTER INFO')).includes('cluster_state:ok'),
    });
    return new CacheServer(context, record, server);
  }

  /**
   * Starts with what is in an RDB file. With `appendonly yes` Redis would start empty beside the file and
   * say nothing; so it reads it without, and begins its append-only file then.
   */
  static async startSeeded(context: RegionContext, record: CacheRecord, file: string): Promise<CacheServer> {
    const home = context.folder('cache', record.identifier);
    const dump = path.join(home, 'dump.rdb');
    fs.rmSync(path.join(home, 'appendonlydir'), { recursive: true, force: true });
    fs.copyFileSync(file, dump);
    giveToServerUser(dump);
    const server = await CacheServer.start(context, record, false);
    await server.until(async () => (await server.information('persistence', 'loading')) === '0', 'read its snapshot');
    await server.beginAppendOnlyFile();
    fs.writeFileSync(path.join(home, 'redis.conf'), configuration(context, record, home, true));
    return server;
  }

  get pid(): number | null {
    return this.server.pid;
  }
  get state(): Server['state'] {
    return this.server.state;
  }

  stop(signal?: NodeJS.Signals): Promise<void> {
    return this.server.stop(signal);
  }

  /** Everything in it now, as an RDB file. @throws Error when Redis does not write one. */
  async snapshot(): Promise<string> {
    const dump = path.join(this.context.folder('cache', this.record.identifier), 'dump.rdb');
    // Redis renames the file into its place when it is whole.
    fs.rmSync(dump, { force: true });
    const answer = await ask(this.context, this.record, 'BGSAVE SCHEDULE');
    if (!answer.includes('Background saving')) throw new Error(`cache ${this.record.identifier}: ${answer.trim()}`);
    const isWritten = async (): Promise<boolean> =>
      fs.existsSync(dump) && (await this.information('persistence', 'rdb_bgsave_in_progress')) === '0';
    await this.until(isWritten, 'write a snapshot');
    return dump;
  }

  private async beginAppendOnlyFile(): Promise<void> {
    await ask(this.context, this.record, 'CONFIG SET appendonly yes');
    const isBegun = async (): Promise<boolean> =>
      (await this.information('persistence', 'aof_enabled')) === '1' &&
      (await this.information('persistence', 'aof_rewrite_in_progress')) === '0' &&
      (await this.information('persistence', 'aof_rewrite_scheduled')) === '0' &&
      (await this.information('persistence', 'aof_last_bgrewrite_status')) === 'ok';
    await this.until(isBegun, 'begin its append-only file');
  }

  private async information(section: string, name: string): Promise<string | null> {
    const answer = await ask(this.context, this.record, `INFO ${section}`);
    return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(answer)?.[1] ?? null;
  }

  private async until(isSo: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`cache ${this.record.identifier} did not ${what} within 60 s`);
      await pause(pollMs);
    }
  }
}

/** A cluster of one node that owns all slots: clients must speak to it as to a cluster, as on ElastiCache. */
function writeClusterOfOne(home: string): void {
  const file = path.join(home, 'nodes.conf');
  if (fs.existsSync(file)) return;
  const id = randomBytes(20).toString('hex');
  const text = `${id} :0@0 myself,master - 0 0 0 connected 0-16383\nvars currentEpoch 0 lastVoteEpoch 0\n`;
  fs.writeFileSync(file, text, { mode: 0o600 });
  giveToServerUser(file);
}

function configuration(context: RegionContext, record: CacheRecord, home: string, appendOnly: boolean): string {
  const file = (name: string) => path.join(context.machine.tlsDir, name);
  return [
    'port 0',
    `tls-port ${String(record.port)}`,
    `bind ${context.address}`,
    `tls-cert-file ${file('server.crt')}`,
    `tls-key-file ${file('server.key')}`,
    `tls-ca-cert-file ${file('ca.crt')}`,
    'tls-auth-clients no',
    'cluster-enabled yes',
    'tls-cluster yes',
    `cluster-port ${String(record.busPort)}`,
    `cluster-announce-ip ${context.address}`,
    'cluster-require-full-coverage yes',
    `dir ${home}`,
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'maxmemory 256mb',
    'maxmemory-policy volatile-lru',
    'daemonize no',
    ...(record.authToken === null ? [] : [`requirepass ${record.authToken}`]),
    '',
  ].join('\n');
}

/** What the server says to one command, after AUTH when it wants one; empty when nobody answers. */
function ask(context: RegionContext, { authToken, port }: CacheRecord, command: string): Promise<string> {
  const ca = fs.readFileSync(context.machine.authorityFile, 'utf8');
  return new Promise((resolve) => {
    const socket = tls.connect({ host: context.address, port, ca, timeout: 1_000 }, () => {
      socket.write(`${authToken === null ? '' : `AUTH ${authToken}\r\n`}${command}\r\nQUIT\r\n`);
    });
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(heard);
    });
  });
}
