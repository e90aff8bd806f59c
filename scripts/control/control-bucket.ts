import { GetObjectCommand, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { z } from 'zod';
import { isConflict } from '../vault/s3-failure';
import { recordLimits, storeClient, writeFailure, type StoreLimits } from './store';

export interface Witness {
  readonly region: string;
  readonly bucket: string;
}

/** What one control bucket says about one record. A record that cannot be understood counts as unreachable. */
export type Reading<T> =
  | { readonly state: 'value'; readonly value: T; readonly etag: string }
  | { readonly state: 'absent' }
  | { readonly state: 'unreachable'; readonly reason: string };

/** When a write may happen: always, only over the version that was read, or only where nothing is. */
export type Condition = { readonly over: string } | 'absent' | 'always';

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function headersFor(condition: Condition): { IfMatch?: string; IfNoneMatch?: string } {
  if (condition === 'always') return {};
  return condition === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: condition.over };
}

/** The small JSON records of one region's control bucket. */
export class ControlBucket {
  private readonly client: S3Client;

  constructor(
    readonly witness: Witness,
    limits: StoreLimits = recordLimits,
  ) {
    this.client = storeClient(witness.region, limits);
  }

  /** Never throws: a region that is away is an answer too. */
  async read<T>(key: string, schema: z.ZodType<T>): Promise<Reading<T>> {
    try {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: this.witness.bucket, Key: key }));
      const text = (await answer.Body?.transformToString()) ?? '';
      return { state: 'value', value: schema.parse(JSON.parse(text)), etag: answer.ETag ?? '' };
    } catch (error) {
      // A missing bucket is a witness that is not there, not a record that nobody has written yet.
      if (error instanceof S3ServiceException && error.name === 'NoSuchKey') return { state: 'absent' };
      return { state: 'unreachable', reason: reasonOf(error) };
    }
  }

  /**
   * Writes a record under a condition.
   * @returns the etag of what was written, or null when the condition does not hold.
   * @throws AgenteError store-unreachable, disk-full.
   */
  async write(key: string, value: object, condition: Condition): Promise<string | null> {
    const content = JSON.stringify(value, null, 2);
    try {
      const answer = await this.client.send(
        new PutObjectCommand({
          Bucket: this.witness.bucket,
          Key: key,
          Body: content,
          ContentType: 'application/json',
          ...headersFor(condition),
        }),
      );
      return answer.ETag ?? '';
    } catch (error) {
      if (isConflict(error)) return await this.writtenAlready(key, content);
      throw writeFailure({ ...this.witness, key }, error);
    }
  }

  close(): void {
    this.client.destroy();
  }

  /** An attempt whose answer was lost is repeated by the SDK and then meets its own object. */
  private async writtenAlready(key: string, content: string): Promise<string | null> {
    try {
      const answer = await this.client.send(new GetObjectCommand({ Bucket: this.witness.bucket, Key: key }));
      return (await answer.Body?.transformToString()) === content ? (answer.ETag ?? '') : null;
    } catch {
      return null;
    }
  }
}
