import * as path from 'node:path';
import * as tls from 'node:tls';
import * as fs from 'node:fs';
import { RegionRefusal, type CacheSpec, type Endpoint } from '../api';
import type { Part, RegionContext, Server } from '../supervisor/part';
import { giveToServerUser } from '../supervisor/programs';
import { Serial } from '../supervisor/serial';

interface CacheRecord {
  readonly spec: CacheSpec;
  readonly port: number;
  /** Where nodes of a cluster would talk to each other. */
  readonly busPort: number;
}

function configuration(context: RegionContext, record: CacheRecord, home: string): string {
  const file = (name: string) => path.join(context.machine.tlsDir, name);
  return [
    'port 0',
    `tls-port ${String(record.port)}`,
    `bind ${context.address}`,
    `tls-cert-file ${file('server.crt')}`,
    `tls-key-file ${file('server.key')}`,
    `tls-ca-cert-file ${file('ca.crt')}`,
    'tls-auth-clients no',
    // One node that owns all slots: clients must speak to it as to a cluster, as on ElastiCache.
    'cluster-enabled yes',
    'tls-cluster yes',
    `cluster-port ${String(record.busPort)}`,
    `cluster-announce-ip ${context.address}`,
    'cluster-require-full-coverage yes',
    `dir ${home}`,
    'appendonly yes',
    'appendfsync everysec',
    'save ""',
    'maxmemory 256mb',
    'maxmemory-policy volatile-lru',
    'daemonize no',
    ...(record.spec.authToken === null ? [] : [`requirepass ${record.spec.authToken}`]),
    '',
  ].join('\n');
}

/** What the server says to one command, after AUTH when it wants one; empty when nobody answers. */
function ask(door: Endpoint, authToken: string | null, ca: string, command: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = tls.connect({ ...door, ca, timeout: 1_000 }, () => {
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

/** A cluster of one takes commands once it owns all slots; it remembers them when it is started again. */
async function isReady(door: Endpoint, authToken: string | null, ca: string): Promise<boolean> {
  const info = await ask(door, authToken, ca, 'CLUSTER INFO');
  if (info.includes('cluster_slots_assigned:0')) await ask(door, authToken, ca, 'CLUSTER ADDSLOTSRANGE 0 16383');
  return info.includes('cluster_state:ok');
}

/** The region's ElastiCache: a Redis with TLS only and an append-only file per replication group. */
class Caches {
  private readonly records: Record<string, CacheRecord>;
  private readonly servers = new Map<string, Server>();
  private readonly serial = new Serial();

  constructor(private readonly context: RegionContext) {
    this.records = context.load('caches', {});
  }

  async start(): Promise<void> {
    await Promise.all(Object.values(this.records).map((record) => this.launch(record)));
  }

  create(spec: CacheSpec): Promise<Endpoint> {
    const { identifier, authToken } = spec;
    if (authToken !== null && !/^[^\s"/@]{16,128}$/.test(authToken)) {
      return Promise.reject(
        new RegionRefusal(
          'InvalidParameterValue',
          'Invalid AuthToken provided: 16 to 128 printable characters without blank, ", / and @.',
        ),
      );
    }
    return this.serial.run(identifier, async () => {
      const known = this.records[identifier];
      if (known !== undefined && known.spec.authToken !== authToken) {
        throw new RegionRefusal(
          'ReplicationGroupAlreadyExists',
          `The specified replication group already exists: ${identifier}`,
        );
      }
      if (known === undefined) {
        const record = { spec, port: await this.context.freePort(), busPort: await this.context.freePort() };
        await this.launch(record);
        this.records[identifier] = record;
        this.context.save('caches', this.records);
      }
      return this.endpoint(identifier) as Endpoint;
    });
  }

  endpoint(identifier: string): Endpoint | null {
    const record = this.records[identifier];
    return record === undefined ? null : { host: this.context.address, port: record.port };
  }

  remove(identifier: string): Promise<Record<string, never>> {
    return this.serial.run(identifier, async () => {
      await this.servers.get(identifier)?.stop('SIGKILL');
      this.servers.delete(identifier);
      fs.rmSync(path.join(this.context.dir, 'cache', identifier), { recursive: true, force: true });
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by identifier
      delete this.records[identifier];
      this.context.save('caches', this.records);
      return {};
    });
  }

  parts() {
    return Object.values(this.records).map(({ spec, port }) => {
      const server = this.servers.get(spec.identifier);
      return {
        kind: 'cache',
        name: spec.identifier,
        state: server?.state ?? ('stopped' as const),
        pid: server?.pid ?? null,
        detail: `${this.context.address}:${String(port)}`,
      };
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  private async launch(record: CacheRecord): Promise<void> {
    const { context } = this;
    const { identifier, authToken } = record.spec;
    const home = context.folder('cache', identifier);
    const file = path.join(home, 'redis.conf');
    fs.writeFileSync(file, configuration(context, record, home), { mode: 0o600 });
    giveToServerUser(file);
    const ca = fs.readFileSync(context.machine.authorityFile, 'utf8');
    const server = await context.start({
      kind: 'cache',
      name: identifier,
      command: 'redis-server',
      args: [file],
      cwd: home,
      restart: true,
      ready: () => isReady({ host: context.address, port: record.port }, authToken, ca),
    });
    this.servers.set(identifier, server);
  }
}

export function cache(context: RegionContext): Part<'createCache' | 'describeCache' | 'deleteCache'> {
  const caches = new Caches(context);
  return {
    calls: {
      createCache: (spec) => caches.create(spec),
      describeCache: ({ identifier }) => Promise.resolve(caches.endpoint(identifier)),
      deleteCache: ({ identifier }) => caches.remove(identifier),
    },
    start: () => caches.start(),
    status: () => caches.parts(),
    stop: () => caches.stop(),
  };
}
