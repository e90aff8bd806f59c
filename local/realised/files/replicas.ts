import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Duration } from '../../../recovery/duration';
import { RegionRefusal, type FileSystemPlace, type FileSystemState, type RegionStatus } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import type { CourierPart } from '../courier';
import type { FileStore } from './file-store';
import { placeFile, removeFile } from './replica-folder';
import { FileReplication, type FileLabel } from './replication';

/** Which file systems are copied where, and which are copies. */
export class Replicas {
  private readonly running = new Map<string, FileReplication>();
  private destinations: Readonly<Record<string, FileSystemPlace>>;

  constructor(
    private readonly context: RegionContext,
    private readonly store: FileStore,
    private readonly courier: CourierPart,
    private readonly every: Duration,
  ) {
    this.destinations = context.load('file-replications', {});
  }

  isSource(id: string): boolean {
    return this.destinations[id] !== undefined;
  }

  resume(): void {
    for (const [id, destination] of Object.entries(this.destinations)) this.run(id, destination);
  }

  async put(source: string, region: string, wanted: string | null): Promise<{ destination: string }> {
    if (this.store.get(source).replicaOf !== null) {
      throw new RegionRefusal('ReplicationAlreadyExists', `File system '${source}' is a replica itself.`);
    }
    const known = this.destinations[source];
    if (known !== undefined && (known.region !== region || (wanted ?? known.id) !== known.id)) {
      throw new RegionRefusal('ReplicationAlreadyExists', `File system '${source}' is replicated to ${known.region}.`);
    }
    const place = { region: this.context.region, id: source };
    const { destination } = await this.context.call(region, 'adoptFileReplica', { source: place, destination: wanted });
    this.keep({ ...this.destinations, [source]: { region, id: destination } });
    if (!this.running.has(source)) this.run(source, { region, id: destination });
    return { destination };
  }

  /** EFS makes the destination where none is named. */
  adopt(source: FileSystemPlace, wanted: string | null): { destination: string } {
    const id = wanted ?? this.store.put(`replica of ${source.region} ${source.id}`, false);
    this.store.adopt(id, source);
    return { destination: id };
  }

  /** Asked of the destination, it needs no source: that is how a copy is opened when the source is lost. */
  async end(id: string): Promise<Record<string, never>> {
    const destination = this.destinations[id];
    if (destination === undefined) {
      if (this.store.find(id) !== null) this.store.release(id);
      return {};
    }
    await this.running.get(id)?.end();
    this.drop(id);
    // Where the other region is away, its copy stays closed until it is asked itself.
    await this.context
      .call(destination.region, 'deleteFileReplication', { fileSystem: destination.id })
      .catch((error: unknown) => {
        this.context.log(`replication of ${id}: ${String(error)}`);
      });
    return {};
  }

  async receive(id: string, label: FileLabel, bytes: NodeJS.ReadableStream | null): Promise<void> {
    const record = this.store.find(id);
    if (record?.replicaOf?.id !== label.source) {
      throw new RegionRefusal('ReplicationNotFound', `File system '${id}' is no replica of '${label.source}'.`);
    }
    const folder = this.store.folder(id);
    if ('syncedAt' in label) {
      this.store.change(id, { ...record, replicaOf: { ...record.replicaOf, syncedAt: label.syncedAt } });
    } else if (bytes === null) {
      removeFile(folder, label.path);
    } else {
      const draft = path.join(this.context.folder('efs', '.incoming'), `${id}-${randomBytes(4).toString('hex')}`);
      await pipeline(bytes, fs.createWriteStream(draft));
      placeFile(folder, label.path, draft, new Date(label.modified));
    }
  }

  describe(id: string): FileSystemState | null {
    const record = this.store.find(id);
    if (record === null) return null;
    const destination = this.destinations[id];
    const { syncedAt = null, failure = null } = this.running.get(id) ?? {};
    return {
      folder: this.store.folder(id),
      mountTargets: record.mountTargets.length,
      overwriteProtection: record.overwriteProtection,
      replicaOf: record.replicaOf,
      replication: destination === undefined ? null : { ...destination, syncedAt, failure },
    };
  }

  status(): RegionStatus['parts'] {
    return this.store.all.map(([name, { replicaOf }]) => {
      const replication = this.describe(name)?.replication ?? null;
      const failed = replication?.failure ?? null;
      const words =
        replicaOf !== null
          ? `read-only copy of ${replicaOf.region} ${replicaOf.id}, ${ageOf(replicaOf.syncedAt)}`
          : replication === null
            ? ''
            : `copied to ${replication.region} ${replication.id}, ${ageOf(replication.syncedAt)}${failed === null ? '' : `; ${failed}`}`;
      const state = failed === null ? ('running' as const) : ('failed' as const);
      return { kind: 'file system', name, state, pid: null, detail: words };
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((replication) => replication.stop()));
  }

  private run(id: string, destination: FileSystemPlace): void {
    const source = { id, folder: this.store.folder(id) };
    const released = () => {
      this.drop(id);
    };
    const { context, courier, every } = this;
    this.running.set(id, new FileReplication(context, courier, source, destination, every, released));
  }

  private drop(id: string): void {
    this.running.delete(id);
    const rest = { ...this.destinations };
    Reflect.deleteProperty(rest, id);
    this.keep(rest);
  }

  private keep(destinations: Readonly<Record<string, FileSystemPlace>>): void {
    this.destinations = destinations;
    this.context.save('file-replications', destinations);
  }
}

function ageOf(instant: string | null): string {
  if (instant === null) return 'never whole';
  return `whole as of ${String(Math.round((Date.now() - Date.parse(instant)) / 1_000))} s ago`;
}
