/** Events of MariaDB's binary log, as far as a recovery must tell transactions apart. */

const magicBytes = 4;
const headerBytes = 19;
const checksumBytes = 4;
const types = { query: 2, xid: 16, xaPrepare: 38, gtid: 162 } as const;
/** The transaction is the one event after its identifier: a statement that commits by itself. */
const standsAlone = 1;

interface BinlogEvent {
  readonly type: number;
  readonly offset: number;
  readonly end: number;
  /** When its statement began, in whole seconds: the log has no finer clock. */
  readonly second: number;
}

/** A transaction of the log, without what follows it. */
export interface Transaction {
  readonly start: number;
  readonly end: number;
  readonly second: number;
}

/** Whole events of a piece of a log file; `from` is where the piece begins in the file. */
function* eventsOf(bytes: Buffer, from: number): Generator<BinlogEvent> {
  let at = from === 0 ? magicBytes : 0;
  while (at + headerBytes <= bytes.length) {
    const length = bytes.readUInt32LE(at + 9);
    if (length < headerBytes) throw new Error(`no event of a binary log at ${String(from + at)}`);
    if (at + length > bytes.length) return;
    const [second, type] = [bytes.readUInt32LE(at), bytes.readUInt8(at + 4)];
    yield { type, offset: from + at, end: from + at + length, second };
    at += length;
  }
}

/** Length of the whole events at the beginning of a piece: the server may be in the middle of writing the next. */
export function wholeLength(bytes: Buffer, from: number): number {
  let end = from;
  for (const event of eventsOf(bytes, from)) ({ end } = event);
  return end - from;
}

/** Finished transactions of a log file, in the order of their commits. */
export function transactionsOf(file: Buffer): Transaction[] {
  const found: Transaction[] = [];
  let open: { start: number; second: number; alone: boolean } | null = null;
  for (const event of eventsOf(file, 0)) {
    if (event.type === types.gtid) {
      const flags = file.readUInt8(event.offset + headerBytes + 12);
      open = { start: event.offset, second: event.second, alone: (flags & standsAlone) !== 0 };
    } else if (open !== null && (open.alone || endsTransaction(file, event))) {
      found.push({ start: open.start, end: event.end, second: open.second });
      open = null;
    }
  }
  return found;
}

function endsTransaction(file: Buffer, { type, end }: BinlogEvent): boolean {
  if (type === types.xid || type === types.xaPrepare) return true;
  const words = file.subarray(end - checksumBytes - 'ROLLBACK'.length, end - checksumBytes).toString('latin1');
  return type === types.query && /(?:COMMIT|ROLLBACK)$/.test(words);
}
