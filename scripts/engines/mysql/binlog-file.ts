import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** One event of a binary log, without the middle of its body: a transaction may be larger than memory. */
export interface BinlogEvent {
  readonly type: number;
  /** When its statement began, in whole seconds. */
  readonly second: number;
  readonly serverId: number;
  /** Where it lies in this file; a piece of a log has its head and then begins in the middle. */
  readonly at: number;
  readonly length: number;
  /** Where it ends in the server's own file; 0 when the server made it up for its reader. */
  readonly end: number;
  readonly body: Buffer;
  /** Last bytes before the checksum. */
  readonly tail: Buffer;
  readonly crc: string;
  /** False when the checksum does not hold; null when the log has none. */
  readonly intact: boolean | null;
}

export const formatDescription = 15;
const magic = Buffer.from([0xfe, 0x62, 0x69, 0x6e]);
const headerBytes = 19;
const checksumBytes = 4;
const flagsAt = 17;
/** Set while the server has the file open, and not covered by the checksum. */
const inUse = 0x01;
const keptBytes = 96;
const tailBytes = 16;
const chunkBytes = 1024 * 1024;

/** What is no binary log at all, or breaks off in a way that no writer leaves behind. */
export class BinlogBroken extends Error {
  constructor(
    readonly file: string,
    readonly at: number,
    fact: string,
  ) {
    super(`${file} at ${String(at)}: ${fact}`);
  }
}

/** Where reading goes on in a file that has grown. */
export interface ReadSoFar {
  readonly at: number;
  readonly checksums: boolean;
}

/**
 * Whole events of a raw log file. It ends before an event that is not all there: the server may be writing it.
 * @throws BinlogBroken
 */
export async function* eventsOf(file: string, soFar?: ReadSoFar): AsyncGenerator<BinlogEvent> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const window = new Window((buffer, position) => handle.read(buffer, 0, buffer.length, position));
    const start = await window.bytes(0, Math.min(size, magic.length));
    if (start.length < magic.length) return;
    if (!start.equals(magic)) throw new BinlogBroken(file, 0, 'it is not a readable binary log');
    let checksums = soFar?.checksums ?? false;
    for (let at = soFar?.at ?? magic.length; at + headerBytes <= size;) {
      const header = Buffer.from(await window.bytes(at, headerBytes));
      const length = header.readUInt32LE(9);
      if (length < headerBytes) throw new BinlogBroken(file, at, `an event of ${String(length)} bytes`);
      if (at + length > size) return;
      const type = header.readUInt8(4);
      const head = Buffer.from(await window.bytes(at, Math.min(length, headerBytes + keptBytes)));
      const end = Buffer.from(
        await window.bytes(
          at + length - Math.min(length, tailBytes + checksumBytes + 1),
          Math.min(length, tailBytes + checksumBytes + 1),
        ),
      );
      if (type === formatDescription) checksums = end.at(-checksumBytes - 1) === 1;
      const stored = end.readUInt32LE(end.length - checksumBytes);
      yield {
        type,
        second: header.readUInt32LE(0),
        serverId: header.readUInt32LE(5),
        at,
        length,
        end: header.readUInt32LE(13),
        body: head.subarray(headerBytes),
        tail: checksums ? end.subarray(0, -checksumBytes) : end,
        crc: stored.toString(16).padStart(8, '0'),
        intact: checksums ? stored === (await checksum(window, at, length, type)) : null,
      };
      at += length;
    }
  } finally {
    await handle.close();
  }
}

async function checksum(window: Window, at: number, length: number, type: number): Promise<number> {
  let sum = 0;
  for (let done = 0; done < length - checksumBytes;) {
    const wanted = Math.min(chunkBytes, length - checksumBytes - done);
    let bytes = await window.bytes(at + done, wanted);
    if (done === 0 && type === formatDescription) {
      bytes = Buffer.from(bytes);
      bytes.writeUInt16LE(bytes.readUInt16LE(flagsAt) & ~inUse, flagsAt);
    }
    sum = crc32(bytes, sum);
    done += wanted;
  }
  return sum;
}

/** Reads ahead, so that small events do not cost a system call each. */
class Window {
  private buffer = Buffer.alloc(0);
  private from = 0;

  constructor(private readonly read: (buffer: Buffer, position: number) => Promise<{ bytesRead: number }>) {}

  async bytes(at: number, length: number): Promise<Buffer> {
    if (at < this.from || at + length > this.from + this.buffer.length) {
      const buffer = Buffer.alloc(Math.max(length, chunkBytes));
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await this.read(buffer.subarray(filled), at + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      this.buffer = buffer.subarray(0, filled);
      this.from = at;
    }
    return this.buffer.subarray(at - this.from, at - this.from + length);
  }
}
