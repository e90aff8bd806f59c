import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/** Passes everything on, and knows at the end how much it was and its hash. */
export class Hashing extends Transform {
  /** Not `size`: an uploader takes a `size` of its body for the length of it. */
  bytes = 0;
  private readonly hash = createHash('sha256');

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.hash.update(chunk);
    this.bytes += chunk.length;
    done(null, chunk);
  }

  /** Only once, at the end. */
  digest(): string {
    return this.hash.digest('hex');
  }
}
