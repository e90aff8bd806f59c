import * as fs from 'node:fs';
import * as path from 'node:path';
import { RegionRefusal, type CacheBackups, type CacheSnapshot, type CacheSpec, type Endpoint } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import { Serial } from '../supervisor/serial';
import { RegionClock } from './clock';
import { Daily } from './caches/daily';
import { CacheServer, type CacheRecord } from './caches/server';
import { CacheSnapshots } from './caches/snapshots';

type Calls =
  | 'createCache'
  | 'modifyCache'
  | 'describeCache'
  | 'deleteCache'
  | 'createCacheSnapshot'
  | 'describeCacheSnapshots'
  | 'deleteCacheSnapshot'
  | 'exportCacheSnapshot';

interface StandingCache extends CacheRecord {
  readonly backups: CacheBackups | null;
}

/** The region's ElastiCache: a server per replication group, and their snapshots. */
class Caches {
  readonly snapshots: CacheSnapshots;
  private records: Readonly<Record<string, StandingCache>>;
  private readonly servers = new Map<string, CacheServer>();
  private readonly serial = new Serial();
  private readonly clock: RegionClock;
  private readonly daily: Daily;

  constructor(private readonly context: RegionContext) {
    this.records = context.load('caches', {});
    this.snapshots = new CacheSnapshots(context);
    this.clock = new RegionClock(context);
    this.daily = new Daily(this.clock, (...args) => this.backUp(...args));
  }

  async start(): Promise<void> {
    await Promise.all(
      Object.values(this.records).map(async (record) => {
        this.servers.set(record.identifier, await CacheServer.start(this.context, record));
        this.daily.wait(record.identifier, record.backups);
      }),
    );
  }

  async create({ identifier, authToken, seed = null, backups = null }: CacheSpec): Promise<Endpoint> {
    checkToken(authToken);
    return this.serial.run(identifier, async () => {
      const known = this.records[identifier];
      if (known !== undefined && known.authToken !== authToken) {
        throw new RegionRefusal(
          'ReplicationGroupAlreadyExists',
          `The specified replication group already exists: ${identifier}`,
        );
      }
      if (known === undefined) {
        const ports = { port: await this.context.freePort(), busPort: await this.context.freePort() };
        const record = { identifier, authToken, backups, ...ports };
        this.servers.set(identifier, await this.firstStart(record, seed));
        // Kept only now: after a kill on the way the next create begins anew, from its seed.
        this.keep(record);
      }
      return this.endpoint(identifier) as Endpoint;
    });
  }

  endpoint(identifier: string): Endpoint | null {
    const record = this.records[identifier];
    return record === undefined ? null : { host: this.context.address, port: record.port };
  }

  modify(identifier: string, backups: CacheBackups | null): void {
    this.keep({ ...this.standing(identifier), backups });
  }

  remove(identifier: string, finalSnapshot: string | null): Promise<Record<string, never>> {
    return this.serial.run(identifier, async () => {
      if (this.records[identifier] === undefined) return {};
      if (finalSnapshot !== null) await this.takeNow(identifier, finalSnapshot, 'manual');
      await this.servers.get(identifier)?.stop('SIGKILL');
      this.servers.delete(identifier);
      this.daily.giveUp(identifier);
      fs.rmSync(path.join(this.context.dir, 'cache', identifier), { recursive: true, force: true });
      const rest = { ...this.records };
      Reflect.deleteProperty(rest, identifier);
      this.records = rest;
      this.context.save('caches', this.records);
      return {};
    });
  }

  take(identifier: string, name: string, kind: CacheSnapshot['kind']): Promise<CacheSnapshot> {
    return this.serial.run(identifier, () => this.takeNow(identifier, name, kind));
  }

  parts() {
    return Object.values(this.records).map(({ identifier, port }) => {
      const server = this.servers.get(identifier);
      const newest = this.snapshots.of(identifier).at(-1);
      const snapshot = newest === undefined ? '' : `, newest snapshot ${newest.createdAt}`;
      return {
        kind: 'cache',
        name: identifier,
        state: server?.state ?? ('stopped' as const),
        pid: server?.pid ?? null,
        detail: `${this.context.address}:${String(port)}${snapshot}`,
      };
    });
  }

  async stop(): Promise<void> {
    this.daily.stop();
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
  }

  private async firstStart(record: CacheRecord, seed: CacheSpec['seed']): Promise<CacheServer> {
    fs.rmSync(path.join(this.context.dir, 'cache', record.identifier), { recursive: true, force: true });
    if (seed === null || seed === undefined) return CacheServer.start(this.context, record);
    const file = path.join(this.context.folder('cache-snapshots'), `.seed-${record.identifier}`);
    await this.snapshots.seed(seed, file);
    try {
      return await CacheServer.startSeeded(this.context, record, file);
    } finally {
      fs.rmSync(file, { force: true });
    }
  }

  private async takeNow(identifier: string, name: string, kind: CacheSnapshot['kind']): Promise<CacheSnapshot> {
    this.standing(identifier);
    this.snapshots.check(identifier, name, kind, this.clock.now());
    const file = await this.servers.get(identifier)?.snapshot();
    if (file === undefined) throw new RegionRefusal('InvalidReplicationGroupState', `${identifier} does not run`);
    return this.snapshots.keep(identifier, name, kind, file, this.clock.now());
  }

  private standing(identifier: string): StandingCache {
    const found = this.records[identifier];
    if (found !== undefined) return found;
    throw new RegionRefusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${identifier} not found.`);
  }

  private keep(record: StandingCache): void {
    this.records = { ...this.records, [record.identifier]: record };
    this.context.save('caches', this.records);
    this.daily.wait(record.identifier, record.backups);
  }

  private async backUp(identifier: string, due: Date, { keepDays }: CacheBackups): Promise<void> {
    const name = `automatic.${identifier}-${due.toISOString().slice(0, 16).replace(/[T:]/g, '-')}`;
    await this.take(identifier, name, 'automated').catch((error: unknown) => {
      this.context.log(`snapshot of ${identifier}: ${String(error)}`);
    });
    this.snapshots.forgetOld(identifier, keepDays, this.clock.now());
  }
}

function checkToken(authToken: string | null): void {
  if (authToken === null || /^[^\s"/@]{16,128}$/.test(authToken)) return;
  throw new RegionRefusal(
    'InvalidParameterValue',
    'Invalid AuthToken provided: 16 to 128 printable characters without blank, ", / and @.',
  );
}

export function cache(context: RegionContext): Part<Calls> {
  const caches = new Caches(context);
  const { snapshots } = caches;
  return {
    calls: {
      createCache: (spec) => caches.create(spec),
      modifyCache: async ({ identifier, backups }) => {
        caches.modify(identifier, backups);
        return Promise.resolve({});
      },
      describeCache: ({ identifier }) => Promise.resolve(caches.endpoint(identifier)),
      deleteCache: ({ identifier, finalSnapshot = null }) => caches.remove(identifier, finalSnapshot),
      createCacheSnapshot: ({ identifier, name }) => caches.take(identifier, name, 'manual'),
      describeCacheSnapshots: ({ identifier }) => Promise.resolve(snapshots.of(identifier)),
      deleteCacheSnapshot: ({ name }) => {
        snapshots.remove(name);
        return Promise.resolve({});
      },
      exportCacheSnapshot: async (params) => {
        await snapshots.export(params);
        return {};
      },
    },
    start: () => caches.start(),
    status: () => caches.parts(),
    stop: () => caches.stop(),
  };
}
