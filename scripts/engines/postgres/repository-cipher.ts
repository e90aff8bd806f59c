import { createDecipheriv, createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

const [magic, saltBytes, keyBytes, ivBytes] = ['Salted__', 8, 32, 16];
const headBytes = magic.length + saltBytes;

/** OpenSSL's own derivation, as pgBackRest uses it: EVP_BytesToKey with SHA-1, once. */
function derive(passphrase: string, salt: Buffer): { key: Buffer; iv: Buffer } {
  let block = Buffer.alloc(0);
  let made = Buffer.alloc(0);
  while (made.length < keyBytes + ivBytes) {
    block = createHash('sha1')
      .update(Buffer.concat([block, Buffer.from(passphrase), salt]))
      .digest();
    made = Buffer.concat([made, block]);
  }
  return { key: made.subarray(0, keyBytes), iv: made.subarray(keyBytes, keyBytes + ivBytes) };
}

/**
 * Opens what pgBackRest closed with aes-256-cbc. The cipher vouches for nothing: only the hash of what comes
 * out does.
 */
export class RepositoryDecipher extends Transform {
  private head = Buffer.alloc(0);
  private decipher: ReturnType<typeof createDecipheriv> | null = null;

  constructor(private readonly passphrase: string) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      if (this.decipher !== null) {
        done(null, this.decipher.update(chunk));
        return;
      }
      this.head = Buffer.concat([this.head, chunk]);
      if (this.head.length < headBytes) {
        done();
        return;
      }
      if (this.head.toString('latin1', 0, magic.length) !== magic)
        throw new Error('it does not begin as a closed file');
      const { key, iv } = derive(this.passphrase, this.head.subarray(magic.length, headBytes));
      this.decipher = createDecipheriv('aes-256-cbc', key, iv);
      done(null, this.decipher.update(this.head.subarray(headBytes)));
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.decipher === null) throw new Error('it is cut off');
      done(null, this.decipher.final());
    } catch (error) {
      done(error as Error);
    }
  }
}
