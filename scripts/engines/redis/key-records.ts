import { AgenteError } from '../../../recovery/errors';

/** One key as it is exported: its value in the server's own form, and when it ends. */
export interface KeyRecord {
  readonly database: number;
  readonly key: Buffer;
  /** Milliseconds since 1970; 0 for a key that stays. */
  readonly expiresAt: number;
  readonly value: Buffer;
}

const magic = Buffer.from('agente-keys 1\n');
const headBytes = 18;
/** In the place of a database's number: the end, with the number of records before it. */
const end = 0xffff;
/** A value of Redis has at most 512 MB per string; what is longer is damage. */
const longest = 0xffff_ffff;

export const keysHeader = magic;

export function encodeKey({ database, key, expiresAt, value }: KeyRecord): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(database, 0);
  head.writeBigUInt64BE(BigInt(expiresAt), 2);
  head.writeUInt32BE(key.length, 10);
  head.writeUInt32BE(value.length, 14);
  return Buffer.concat([head, key, value]);
}

export function encodeEnd(count: number): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt16BE(end, 0);
  head.writeBigUInt64BE(BigInt(count), 2);
  return head;
}

/** The records of an export. @throws AgenteError restore-damaged for one that is cut off or is none. */
export async function* decodeKeys(content: AsyncIterable<Buffer>): AsyncGenerator<KeyRecord> {
  const reader = new Reader(content);
  if (!(await reader.take(magic.length)).equals(magic)) throw damaged('it does not begin as an export of keys');
  for (let count = 0; ; count += 1) {
    const head = await reader.take(headBytes);
    const database = head.readUInt16BE(0);
    const number = Number(head.readBigUInt64BE(2));
    if (database === end) {
      if (number !== count) throw damaged(`it holds ${String(count)} keys and says ${String(number)}`);
      if (!(await reader.isAtEnd())) throw damaged('something follows its end');
      return;
    }
    const [keyLength, valueLength] = [head.readUInt32BE(10), head.readUInt32BE(14)];
    if (valueLength >= longest) throw damaged('a value is longer than Redis takes');
    yield { database, expiresAt: number, key: await reader.take(keyLength), value: await reader.take(valueLength) };
  }
}

/** Takes as many bytes from a stream as are wanted, whatever pieces they come in. */
class Reader {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(content: AsyncIterable<Buffer>) {
    this.chunks = content[Symbol.asyncIterator]();
  }

  async take(size: number): Promise<Buffer> {
    const parts: Buffer[] = [this.held];
    let length = this.held.length;
    while (length < size) {
      const next = await this.chunks.next();
      if (next.done === true) throw damaged('it is cut off');
      parts.push(next.value);
      length += next.value.length;
    }
    const all = parts.length === 1 ? this.held : Buffer.concat(parts, length);
    this.held = all.subarray(size);
    return all.subarray(0, size);
  }

  async isAtEnd(): Promise<boolean> {
    return this.held.length === 0 && (await this.chunks.next()).done === true;
  }
}

function damaged(fact: string): AgenteError {
  return new AgenteError('restore-damaged', `the export of keys: ${fact}`, 'Restore from another recovery point.');
}
