import { Readable } from 'node:stream';
import { isWhole } from './dump-program';
import { AgenteError } from '../../../recovery/errors';

const tailBytes = 4_096;

/** A dump on its way. */
export class DumpStream {
  size = 0;
  private tail = Buffer.alloc(0);
  private begun = false;

  /** @param onFirstTable from here on the dump has a snapshot of its own. */
  constructor(
    private readonly onFirstTable: () => Promise<void>,
    private readonly onBytes: (bytes: number) => void,
  ) {}

  /** The stream fails at its end when the dump lacks its last line: it ended too early, whatever its program said. */
  through(content: Readable): Readable {
    return Readable.from(this.watched(content), { objectMode: false, highWaterMark: 1024 * 1024 });
  }

  private async *watched(content: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      this.size += chunk.length;
      this.tail = Buffer.concat([this.tail, chunk.subarray(-tailBytes)]).subarray(-tailBytes);
      this.onBytes(chunk.length);
      if (!this.begun && (chunk.includes('-- Table structure') || this.size > 1024 * 1024)) {
        this.begun = true;
        await this.onFirstTable();
      }
      yield chunk;
    }
    if (!isWhole(this.tail.toString('utf8'))) {
      throw new AgenteError(
        'restore-damaged',
        'the dump lacks its last line, "-- Dump completed": it ended too early',
        'Use another recovery point; take a new one at once.',
      );
    }
  }
}
