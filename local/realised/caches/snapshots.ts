import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { duration } from '../../../recovery/duration';
import { RegionRefusal, type CacheSeed, type CacheSnapshot, type RegionCalls } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import { storeClient, storePort } from '../store-client';

/** ElastiCache's quota for snapshots that are asked for. */
const manualPerDay = 20;
const day = duration('24h');

/** Snapshots of the region's caches: RDB files that outlive their cache. */
export class CacheSnapshots {
  private records: readonly CacheSnapshot[];

  constructor(private readonly context: RegionContext) {
    this.records = context.load<CacheSnapshot[]>('cache-snapshots', []);
  }

  of(cache: string): readonly CacheSnapshot[] {
    return this.records.filter((record) => record.cache === cache);
  }

  /** @throws RegionRefusal when the name is taken, or too many were asked for today. */
  check(cache: string, name: string, kind: CacheSnapshot['kind'], now: Date): void {
    if (this.records.some((record) => record.name === name)) {
      throw new RegionRefusal('SnapshotAlreadyExistsFault', `A snapshot with the name ${name} already exists.`);
    }
    const recent = this.of(cache).filter(
      (record) => record.kind === 'manual' && now.getTime() - Date.parse(record.createdAt) < day.ms,
    );
    if (kind === 'manual' && recent.length >= manualPerDay) {
      throw new RegionRefusal(
        'SnapshotQuotaExceededFault',
        `${cache} has ${String(manualPerDay)} manual snapshots within 24 hours.`,
      );
    }
  }

  /** Keeps a copy of an RDB file. */
  keep(cache: string, name: string, kind: CacheSnapshot['kind'], file: string, now: Date): CacheSnapshot {
    const record = { name, cache, kind, createdAt: now.toISOString() };
    fs.copyFileSync(file, this.file(name));
    this.save([...this.records, record]);
    return record;
  }

  /** Daily snapshots that are older than the days they are kept. */
  forgetOld(cache: string, keepDays: number, now: Date): void {
    const old = this.of(cache).filter(
      ({ kind, createdAt }) => kind === 'automated' && now.getTime() - Date.parse(createdAt) >= keepDays * day.ms,
    );
    for (const { name } of old) this.remove(name);
  }

  remove(name: string): void {
    fs.rmSync(this.file(name), { force: true });
    this.save(this.records.filter((record) => record.name !== name));
  }

  /** An RDB file to start from. @throws RegionRefusal for what this region has not got. */
  async seed(seed: CacheSeed, place: string): Promise<void> {
    if ('snapshot' in seed) {
      fs.copyFileSync(this.found(seed.snapshot), place);
      return;
    }
    const store = this.store();
    try {
      const { Body } = await store.send(new GetObjectCommand({ Bucket: seed.bucket, Key: seed.key }));
      fs.writeFileSync(place, (await Body?.transformToByteArray()) ?? '');
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new RegionRefusal(
        'InvalidParameterValue',
        `No permission to access S3 object, or it does not exist in this region: ${seed.bucket}/${seed.key} (${said})`,
      );
    } finally {
      store.destroy();
    }
  }

  async export({ name, bucket, key }: RegionCalls['exportCacheSnapshot']['params']): Promise<void> {
    const body = fs.readFileSync(this.found(name));
    const store = this.store();
    try {
      await store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
    } finally {
      store.destroy();
    }
  }

  private store() {
    const { machine, region, address } = this.context;
    return storeClient(machine, region, { host: address, port: storePort(machine) });
  }

  private found(name: string): string {
    if (this.records.some((record) => record.name === name)) return this.file(name);
    throw new RegionRefusal('SnapshotNotFoundFault', `Snapshot ${name} not found in ${this.context.region}`);
  }

  private file(name: string): string {
    return path.join(this.context.folder('cache-snapshots'), `${name}.rdb`);
  }

  private save(records: readonly CacheSnapshot[]): void {
    this.records = records;
    this.context.save('cache-snapshots', records);
  }
}
