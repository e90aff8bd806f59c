import type { BinlogEvent } from './binlog-file';

/** A finished transaction of the log. Places are those of the server's own file. */
export interface Transaction {
  readonly gtid: string;
  readonly start: number;
  readonly end: number;
  /** When it was committed: MariaDB's log knows whole seconds, MySQL's microseconds. */
  readonly second: number;
  readonly micros: number | null;
}

const types = {
  query: 2,
  xid: 16,
  anonymous: 34,
  gtidMysql: 33,
  xaPrepare: 38,
  payload: 40,
  taggedGtid: 42,
  gtidMariadb: 162,
} as const;
/** MariaDB: the transaction is the one event after its identifier, a statement that commits by itself. */
const standsAlone = 1;

interface Open {
  readonly gtid: string;
  readonly start: number;
  readonly second: number;
  readonly micros: number | null;
  alone: boolean | null;
}

/** Tells where transactions end, one event after the other. */
export class TransactionTracker {
  private open: Open | null = null;

  /** True between transactions: a place where a log may be cut. */
  get between(): boolean {
    return this.open === null;
  }

  /** @returns the transaction that this event ends. */
  feed(event: BinlogEvent): Transaction | null {
    const begun = beginning(event);
    if (begun !== null) {
      this.open = begun;
      return null;
    }
    const { open } = this;
    // MySQL: a statement that is not BEGIN after an identifier commits by itself.
    if (open?.alone === null) open.alone = event.type === types.query && !isQuery(event, /BEGIN$/);
    if (open === null || !(open.alone || endsTransaction(event))) return null;
    this.open = null;
    const { gtid, start, second, micros } = open;
    return { gtid, start, end: event.end, second, micros };
  }
}

function beginning(event: BinlogEvent): Open | null {
  const { type, body, second, serverId } = event;
  const start = event.end - event.length;
  if (type === types.gtidMariadb) {
    const gtid = `${String(body.readUInt32LE(8))}-${String(serverId)}-${String(body.readBigUInt64LE(0))}`;
    return { gtid, start, second, micros: null, alone: (body.readUInt8(12) & standsAlone) !== 0 };
  }
  if (type === types.gtidMysql || type === types.anonymous) {
    const uuid = body
      .subarray(1, 17)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const gtid = type === types.anonymous ? 'ANONYMOUS' : `${uuid}:${String(body.readBigUInt64LE(17))}`;
    return { gtid, start, second, micros: commitMicros(body), alone: null };
  }
  return type === types.taggedGtid ? { gtid: 'TAGGED', start, second, micros: null, alone: null } : null;
}

/** MySQL >= 8.0: flags, UUID, number, a type code, two logical clocks, then the time of the commit in 7 bytes. */
function commitMicros(body: Buffer): number | null {
  const at = 1 + 16 + 8 + 1 + 16;
  return body.length < at + 7 ? null : body.readUIntLE(at, 6) + (body.readUInt8(at + 6) & 0x7f) * 2 ** 48;
}

const isQuery = ({ type, tail }: BinlogEvent, words: RegExp): boolean =>
  type === types.query && words.test(tail.toString('latin1'));

const endsTransaction = (event: BinlogEvent): boolean =>
  event.type === types.xid ||
  event.type === types.xaPrepare ||
  event.type === types.payload ||
  isQuery(event, /(?:COMMIT|ROLLBACK)$/);
