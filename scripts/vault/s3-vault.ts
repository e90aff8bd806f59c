import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Readable } from 'node:stream';
import { duration } from '../../recovery/duration';
import type { AgenteError } from '../../recovery/errors';
import { storeClient, type StoreLimits } from '../control/store';
import { Hashing } from './hashing';
import { checkKey } from './keys';
import { isConflict, s3Failure } from './s3-failure';
import type { Listed, RecordCondition, Vault, VaultPlace, VaultRecord, Written } from './vault';

/** S3 takes at most 10,000 parts, so this holds to 320 GB an object, in 64 MiB of memory. */
const part = { bytes: 32 * 1024 * 1024, atOnce: 2 };
/** A part on a slow line; a sick region is given up after the attempts. */
const partLimits = { connect: duration('5s'), request: duration('2m') };

export interface BucketPlace {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string | null;
}

/** A vault in a bucket. Credentials come from the environment, as for every AWS tool. */
export class S3Vault implements Vault {
  readonly place: VaultPlace;
  private readonly client: S3Client;

  /** @param limits of one request; the usual ones let a part pass on a slow line. */
  constructor(
    private readonly bucket: BucketPlace,
    limits: StoreLimits = partLimits,
  ) {
    this.place = { kind: 's3', ...bucket };
    this.client = storeClient(bucket.region, limits, bucket.endpoint ?? undefined);
  }

  async put(key: string, content: Readable, signal?: AbortSignal): Promise<Written> {
    checkKey(key);
    const hashing = new Hashing();
    // A stream that breaks must break the upload: an object that merely ended would look whole.
    content.once('error', (error) => hashing.destroy(error));
    const params = { Bucket: this.bucket.bucket, Key: key, Body: content.pipe(hashing), IfNoneMatch: '*' };
    const upload = new Upload({ client: this.client, params, partSize: part.bytes, queueSize: part.atOnce });
    const stop = (): void => void upload.abort();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await upload.done();
      const stored = await this.head(key);
      if (stored?.size !== hashing.bytes) throw this.failure('write', key, new Error('it arrived with another size'));
    } catch (error) {
      content.destroy();
      throw this.failure('write', key, error);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    return { key, size: hashing.bytes, sha256: hashing.digest() };
  }

  async get(key: string, signal?: AbortSignal): Promise<Readable> {
    try {
      const answer = await this.client.send(new GetObjectCommand(this.object(key)), abortable(signal));
      return answer.Body as Readable;
    } catch (error) {
      throw this.failure('read', key, error);
    }
  }

  async head(key: string): Promise<Listed | null> {
    try {
      const answer = await this.client.send(new HeadObjectCommand(this.object(key)));
      return { key, size: answer.ContentLength ?? 0, modified: answer.LastModified ?? new Date(0) };
    } catch (error) {
      const failure = this.failure('look at', key, error);
      if (failure.code === 'vault-object-missing') return null;
      throw failure;
    }
  }

  async list(prefix: string, after?: string): Promise<Listed[]> {
    const found: Listed[] = [];
    for await (const { Contents = [] } of this.pages(prefix, after === undefined ? {} : { StartAfter: after })) {
      for (const { Key = '', Size = 0, LastModified = new Date(0) } of Contents) {
        found.push({ key: Key, size: Size, modified: LastModified });
      }
    }
    return found;
  }

  async folders(prefix: string): Promise<string[]> {
    const found: string[] = [];
    for await (const { CommonPrefixes = [] } of this.pages(prefix, { Delimiter: '/' })) {
      found.push(...CommonPrefixes.map(({ Prefix = '' }) => Prefix.slice(prefix.length, -1)));
    }
    return found;
  }

  async readRecord(key: string): Promise<VaultRecord | null> {
    try {
      const answer = await this.client.send(new GetObjectCommand(this.object(key)));
      return { text: (await answer.Body?.transformToString()) ?? '', version: answer.ETag ?? '' };
    } catch (error) {
      const failure = this.failure('read', key, error);
      if (failure.code === 'vault-object-missing') return null;
      throw failure;
    }
  }

  async writeRecord(key: string, text: string, condition: RecordCondition): Promise<string | null> {
    const only = condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.over };
    try {
      const put = new PutObjectCommand({ ...this.object(key), Body: text, ContentType: 'application/json', ...only });
      return (await this.client.send(put)).ETag ?? '';
    } catch (error) {
      if (!isConflict(error)) throw this.failure('write', key, error);
      // An attempt whose answer was lost is repeated by the SDK and then meets its own object.
      const there = await this.readRecord(key);
      return there?.text === text ? there.version : null;
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand(this.object(key)));
    } catch (error) {
      throw this.failure('remove', key, error);
    }
  }

  close(): void {
    this.client.destroy();
  }

  private async *pages(
    prefix: string,
    more: { Delimiter?: '/'; StartAfter?: string },
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    try {
      yield* paginateListObjectsV2({ client: this.client }, { Bucket: this.bucket.bucket, Prefix: prefix, ...more });
    } catch (error) {
      throw this.failure('list', prefix, error);
    }
  }

  private object(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.bucket.bucket, Key: key };
  }

  private failure(what: string, key: string, error: unknown): AgenteError {
    return s3Failure(`cannot ${what} ${key} in bucket ${this.bucket.bucket}`, error);
  }
}

const abortable = (signal?: AbortSignal): { abortSignal?: AbortSignal } =>
  signal === undefined ? {} : { abortSignal: signal };
