import type { S3Client } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import type { CopiedBackups, RegionStatus } from '../api';
import type { RegionContext } from '../supervisor/part';
import { backupBucket, withBackupStore } from './backup-store';
import { parseWindow, readWindow, windowKey } from './backup-window';
import type { RestoreWindow } from './database-engine';
import { storeClient, storePort } from './store-client';
import { copyObject, getObject, listObjects, putObject, type StoredObject } from './stored-objects';

const everyMs = 2_000;
const retryMs = 2_000;
const together = 8;
/** What says which of the other objects count; written anew in place, and copied after all that it speaks of. */
const index = /\/(?:window\.json|(?:archive|backup)\.info(?:\.copy)?)$/;

/** What a region remembers of backups that it copies. */
export interface CopyRecord {
  readonly arn: string;
  readonly region: string;
  readonly identifier: string;
  readonly retentionDays: number;
  readonly backups: CopiedBackups;
}

/** Copies the backups of one database from the store of its region to that of this one, through the link. */
export class BackupCopy {
  window: RestoreWindow | null = null;
  private readonly ending = new AbortController();
  private readonly copied = new Map<string, string>();
  private trouble = '';

  constructor(
    private readonly context: RegionContext,
    readonly record: CopyRecord,
  ) {}

  end(): void {
    this.ending.abort();
  }

  async run(): Promise<void> {
    while (!this.ending.signal.aborted) {
      const wait = await this.turn().then(
        () => everyMs,
        (error: unknown) => {
          this.complain(error);
          return retryMs;
        },
      );
      await pause(wait, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
    }
  }

  status(): RegionStatus['parts'][number] {
    const { identifier, region } = this.record;
    const reach = this.window === null ? 'nothing yet' : `restorable until ${this.window.latest.toISOString()}`;
    return {
      kind: 'replicated backups',
      name: identifier,
      state: this.trouble === '' ? 'running' : 'failed',
      pid: null,
      detail: `of ${region}, ${reach}${this.trouble === '' ? '' : `: ${this.trouble}`}`,
    };
  }

  /** What lies here already counts when its region cannot be asked. */
  async recall(): Promise<void> {
    const { archive } = this.record.backups;
    const bucket = backupBucket(this.context.region);
    await withBackupStore(this.context, async (store) => {
      this.window = await readWindow(store, bucket, archive);
      for (const { key, etag } of await listObjects(store, bucket, `${archive}/`)) this.copied.set(key, etag);
    });
  }

  private async turn(): Promise<void> {
    const { region } = this.record;
    const target = { host: this.context.machine.address(region), port: storePort(this.context.machine) };
    const door = await this.context.call('global', 'openLink', { from: this.context.region, to: region, target });
    const source = storeClient(this.context.machine, region, door);
    try {
      await withBackupStore(this.context, (store) => this.copyAll(source, store));
      this.trouble = '';
    } finally {
      source.destroy();
    }
  }

  /** The indexes are read before everything else is listed and written after it was copied, so they never promise too much. */
  private async copyAll(source: S3Client, own: S3Client): Promise<void> {
    const [from, to] = [backupBucket(this.record.region), backupBucket(this.context.region)];
    const isNew = ({ key, etag }: StoredObject) => this.copied.get(key) !== etag;
    const list = () => listObjects(source, from, `${this.record.backups.archive}/`);
    const indexes: (StoredObject & { readonly content: Buffer })[] = [];
    for (const object of (await list()).filter(({ key }) => index.test(key)).filter(isNew)) {
      indexes.push({ ...object, content: await getObject(source, from, object.key) });
    }
    const news = (await list()).filter(({ key }) => !index.test(key)).filter(isNew);
    for (let at = 0; at < news.length; at += together) {
      await Promise.all(
        news.slice(at, at + together).map(async ({ key, etag }) => {
          await copyObject([source, from], [own, to], key);
          this.copied.set(key, etag);
        }),
      );
    }
    for (const { key, etag, content } of indexes) {
      await putObject(own, to, key, content);
      this.copied.set(key, etag);
      if (key === windowKey(this.record.backups.archive)) this.window = parseWindow(content);
    }
  }

  private complain(error: unknown): void {
    if (this.ending.signal.aborted) return;
    const said = error instanceof Error ? error.message : String(error);
    if (said !== this.trouble) this.context.log(`copy of the backups of ${this.record.identifier}: ${said}`);
    this.trouble = said;
  }
}
