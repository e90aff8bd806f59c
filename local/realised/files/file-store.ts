import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { RegionRefusal, type FileSystemPlace, type FileVolume } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import { closeFolder, openToTasks } from './replica-folder';

export interface FileSystemRecord {
  readonly overwriteProtection: boolean;
  /** Access point -> folder in the file system. */
  readonly accessPoints: Readonly<Record<string, string>>;
  readonly mountTargets: readonly string[];
  readonly replicaOf: (FileSystemPlace & { readonly syncedAt: string | null }) | null;
}

const unused: FileSystemRecord = { overwriteProtection: true, accessPoints: {}, mountTargets: [], replicaOf: null };

/** The file systems of a region: folders, and who may mount them how. */
export class FileStore {
  private records: Readonly<Record<string, FileSystemRecord>>;

  constructor(private readonly context: RegionContext) {
    this.records = context.load('file-systems', {});
  }

  get all(): readonly (readonly [id: string, record: FileSystemRecord])[] {
    return Object.entries(this.records);
  }

  /** @throws RegionRefusal FileSystemNotFound. */
  get(id: string): FileSystemRecord {
    const found = this.records[id];
    if (found === undefined) throw new RegionRefusal('FileSystemNotFound', `File system '${id}' does not exist.`);
    return found;
  }

  find(id: string): FileSystemRecord | null {
    return this.records[id] ?? null;
  }

  folder(id: string): string {
    return this.context.folder('efs', id);
  }

  idOf(kind: 'fs' | 'fsap' | 'fsmt', ...names: readonly string[]): string {
    const identity = [this.context.machine.file.accountId, this.context.region, ...names].join('\n');
    return `${kind}-0${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
  }

  arnOf(resource: string): string {
    return `arn:aws:elasticfilesystem:${this.context.region}:${this.context.machine.file.accountId}:${resource}`;
  }

  /** The same file system for the same token, as EFS does it. */
  put(token: string, overwriteProtection: boolean): string {
    const id = this.idOf('fs', token);
    this.folder(id);
    this.change(id, { ...unused, ...this.records[id], overwriteProtection });
    return id;
  }

  change(id: string, record: FileSystemRecord): void {
    this.records = { ...this.records, [id]: record };
    this.context.save('file-systems', this.records);
  }

  remove(id: string): void {
    const record = this.records[id];
    if (record === undefined) return;
    if (record.mountTargets.length > 0) {
      throw new RegionRefusal('FileSystemInUse', `File system '${id}' has mount targets.`);
    }
    if (record.replicaOf !== null) {
      throw new RegionRefusal('FileSystemInUse', `File system '${id}' is part of a replication.`);
    }
    const rest = { ...this.records };
    Reflect.deleteProperty(rest, id);
    this.records = rest;
    this.context.save('file-systems', this.records);
    fs.rmSync(path.join(this.context.dir, 'efs', id), { recursive: true, force: true });
  }

  /** @throws RegionRefusal when something may be lost: the destination holds files, or is protected. */
  adopt(id: string, source: FileSystemPlace): void {
    const record = this.get(id);
    const { replicaOf } = record;
    if (replicaOf?.id === source.id) return;
    if (replicaOf !== null) {
      throw new RegionRefusal('ReplicationAlreadyExists', `File system '${id}' is a replica of '${replicaOf.id}'.`);
    }
    if (record.overwriteProtection) {
      throw new RegionRefusal('ConflictException', `File system '${id}' has replication overwrite protection enabled.`);
    }
    closeFolder(this.folder(id));
    this.change(id, { ...record, replicaOf: { ...source, syncedAt: null } });
  }

  /** The copy becomes a file system of its own. */
  release(id: string): void {
    const record = this.get(id);
    if (record.replicaOf === null) return;
    openToTasks(this.folder(id));
    this.change(id, { ...record, replicaOf: null });
  }

  /** Where a task finds a volume. @throws RegionRefusal ResourceInitializationError, ECS's answer when a mount fails. */
  folderOf({ fileSystem, accessPoint, rootDirectory }: FileVolume): string {
    const record = this.records[fileSystem];
    const inner = accessPoint === null ? rootDirectory : record?.accessPoints[accessPoint];
    if (record === undefined || record.mountTargets.length === 0 || inner === undefined) {
      throw new RegionRefusal(
        'ResourceInitializationError',
        `failed to invoke EFS utils commands to set up EFS volumes: ${accessPoint ?? fileSystem} cannot be mounted in ${this.context.region}`,
      );
    }
    const names = inner.split('/').filter((name) => name !== '' && name !== '..' && name !== '.');
    return record.replicaOf === null
      ? this.context.folder('efs', fileSystem, ...names)
      : path.join(this.folder(fileSystem), ...names);
  }
}
