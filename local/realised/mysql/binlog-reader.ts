import * as fs from 'node:fs';
import * as path from 'node:path';
import { wholeLength } from './binlog-events';
import type { LogPiece } from './log-pieces';

/** So much of the log at a time: memory stays flat however far the store is behind. */
const usualBytes = 8 * 1_024 * 1_024;
const firstFile = /^binlog\.\d+$/;

type Ship = (piece: LogPiece, bytes: Buffer) => Promise<void>;

/** Reads a server's binary log as it grows, and forgets nothing that was not shipped. */
export class BinlogReader {
  private lookedAt = 0;

  /** @param last the newest piece that has been shipped before; null for none. */
  constructor(
    private readonly folder: string,
    private last: Pick<LogPiece, 'file' | 'to'> | null,
  ) {}

  /** Ships what is new, whole events only. @returns a moment before which everything committed has been shipped. */
  async ship(ship: Ship): Promise<Date> {
    const begin = Date.now();
    for (const file of this.filesToRead()) {
      let from = this.last?.file === file ? this.last.to : 0;
      for (;;) {
        const bytes = readWhole(path.join(this.folder, file), from);
        if (bytes.length === 0) break;
        const to = from + bytes.length;
        await ship({ file, from, to, after: this.lookedAt, before: Date.now() }, bytes);
        from = to;
        this.last = { file, to };
      }
    }
    this.lookedAt = begin;
    return new Date(begin);
  }

  /** @throws Error when the server has removed a file that was not shipped yet. */
  private filesToRead(): string[] {
    const files = fs
      .readdirSync(this.folder)
      .filter((name) => firstFile.test(name))
      .sort();
    const { last } = this;
    if (last !== null && !files.includes(last.file))
      throw new Error(`${last.file} is gone before all of it was shipped`);
    return files.filter((name) => last === null || name >= last.file);
  }
}

/** The whole events from there on, as many as a piece holds; at least one, if one has been written whole. */
function readWhole(file: string, from: number): Buffer {
  const descriptor = fs.openSync(file, 'r');
  try {
    const available = Math.max(0, fs.fstatSync(descriptor).size - from);
    for (let size = Math.min(usualBytes, available); ; size = Math.min(size * 2, available)) {
      const buffer = Buffer.alloc(size);
      const bytes = buffer.subarray(0, fs.readSync(descriptor, buffer, 0, size, from));
      const whole = wholeLength(bytes, from);
      if (whole > 0 || size === available) return bytes.subarray(0, whole);
    }
  } finally {
    fs.closeSync(descriptor);
  }
}
