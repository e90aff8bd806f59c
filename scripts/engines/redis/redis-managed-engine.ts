import * as os from 'node:os';
import { Readable } from 'node:stream';
import { AgenteError } from '../../../recovery/errors';
import { damagesOf, storeSealed } from '../../archive/sealed';
import type { Census } from '../../catalogue/census';
import type { Manifest, PointKind } from '../../catalogue/manifest';
import type { RedisManaged } from '../../settings/datasets';
import type { Damage, Engine, RestorePlan, RestoreRequest, SourceIdentity, TakenPoint, Work } from '../engine';
import { nearestPoint, takenAt } from '../points/nearest-point';
import { commandFailure } from './connection';
import { exportKeys, keysIn, recordsOf } from './key-export';
import { countKeys, intervals } from './key-census';
import { importKeys } from './key-import';
import { slotOf } from './key-slot';
import { numberIn } from './information';
import { information, serverVersionOf } from './live-server';
import { closeNodes, connectNodes, type CacheNode, type NetworkDoor } from './nodes';
import { OpenedState } from './opened-state';
import { restoreState } from './restore';
import { storedNames } from './stored-names';

/**
 * A cache that somebody else runs (ElastiCache), which gives neither its files nor replication to anybody: its
 * keys are read and written one by one. What is lost of it may also be rebuilt from the database instead.
 */
export class RedisManagedEngine implements Engine {
  readonly name = 'redis';
  private readonly door: NetworkDoor;

  constructor(settings: RedisManaged) {
    const { host, port, passwordFile, ca } = settings;
    this.door = { host, port, passwordFile, ca };
  }

  identify(): Promise<SourceIdentity> {
    return this.withNodes(async (nodes) => {
      let bytes = 0;
      for (const { client } of nodes) bytes += numberIn(await information(client, 'memory'), 'used_memory');
      return { identity: this.identity, timeline: 0, clock: null, bytes };
    });
  }

  backUp(id: string, kind: PointKind, work: Work): Promise<{ point: TakenPoint; census: Census }> {
    if (kind !== 'full') {
      const hint = 'Take a full point: all keys are exported.';
      throw new AgenteError('argument-invalid', `a managed redis has no ${kind} points`, hint);
    }
    return this.withNodes(async (nodes) => {
      const startedAt = work.now();
      const before = await countKeys(nodes);
      let data = 0;
      const step = work.progress.begin('exporting keys', null);
      const count = {
        ...step,
        advance: (bytes: number) => {
          data += bytes;
          step.advance(bytes);
        },
      };
      const content = Readable.from(exportKeys(nodes, work.signal, count), { objectMode: false });
      const stored = await storeSealed(work, id, storedNames.keys, content).finally(() => step.end());
      const after = await countKeys(nodes);
      const first = nodes[0];
      const version = first === undefined ? 'unknown' : serverVersionOf(await information(first.client, 'server'));
      const point: TakenPoint = {
        method: 'keys',
        kind,
        parent: null,
        source: { identity: this.identity, host: os.hostname(), serverVersion: version },
        positions: {},
        // What was written during the export may be in it or not; what was there before it is.
        restorable: { from: startedAt.toISOString(), to: startedAt.toISOString() },
        files: [stored],
        size: { data, stored: stored.size },
        tools: { redis: version },
        encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
      };
      return { point, census: intervals(before, after, startedAt) };
    });
  }

  verify(point: Manifest, work: Work): Promise<Damage[]> {
    return damagesOf(work, point);
  }

  async planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
    const point = await nearestPoint(request, work);
    return {
      points: [point],
      request,
      reaches: takenAt(point),
      bytes: 2 * point.size.data,
      logBytes: 0,
      steps: [
        `fetch ${point.id} into a server that nobody reaches, and check it there`,
        `write its keys to ${this.identity}, which must be empty; what has expired since stays away`,
      ],
    };
  }

  async restore(plan: RestorePlan, folder: string, work: Work): Promise<void> {
    const point = plan.points.at(-1);
    if (point === undefined) throw new Error('a plan without a point');
    await restoreState(point, folder, work);
  }

  open(folder: string, work: Work): Promise<OpenedState> {
    return OpenedState.open(folder, work.signal);
  }

  checkTarget(): Promise<void> {
    return this.withNodes((nodes) => this.checkEmpty(nodes));
  }

  async install(folder: string, work: Work): Promise<{ previous: null }> {
    const copy = await OpenedState.open(folder, work.signal);
    try {
      const [damage] = await copy.check();
      if (damage !== undefined) {
        const hint = 'Run the restore again.';
        throw new AgenteError('restore-damaged', `${folder}: ${damage.what}: ${damage.fact}`, hint);
      }
      await this.withNodes(async (nodes) => {
        await this.checkEmpty(nodes);
        await this.write(copy, nodes, work);
      });
    } finally {
      await copy.close();
    }
    return { previous: null };
  }

  private async write(copy: OpenedState, nodes: readonly CacheNode[], work: Work): Promise<void> {
    const { client } = copy.server;
    const step = work.progress.begin('writing keys', null);
    const records = async function* () {
      for (const database of (await keysIn(client)).keys()) {
        for await (const some of recordsOf(client, Number(database.slice(2)), work.signal)) yield* some;
      }
    };
    const clientFor = (key: Buffer) => {
      const owner = nodes.length === 1 ? nodes[0] : nodes.find((node) => node.owns(slotOf(key)));
      if (owner !== undefined) return owner.client;
      const hint = 'Wait until every slot of the cluster has an owner.';
      throw new AgenteError('server-failed', `nobody owns slot ${String(slotOf(key))} of ${this.identity}`, hint);
    };
    await importKeys(records(), clientFor, work.signal, (bytes) => step.advance(bytes)).finally(() => step.end());
  }

  private async checkEmpty(nodes: readonly CacheNode[]): Promise<void> {
    let keys = 0;
    for (const { client } of nodes) for (const count of (await keysIn(client)).values()) keys += count;
    if (keys === 0) return;
    throw new AgenteError(
      'target-running',
      `${this.identity} holds ${String(keys)} keys: somebody uses it`,
      'Restore into an empty cache, or empty this one (FLUSHALL) once nobody writes to it.',
    );
  }

  private get identity(): string {
    return `rediss://${this.door.host}:${String(this.door.port)}`;
  }

  private async withNodes<T>(work: (nodes: readonly CacheNode[]) => Promise<T>): Promise<T> {
    const nodes = await connectNodes(this.door);
    try {
      return await work(nodes);
    } catch (error) {
      throw commandFailure(this.door, error);
    } finally {
      closeNodes(nodes);
    }
  }
}
