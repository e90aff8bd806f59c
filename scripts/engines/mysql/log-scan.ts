import * as path from 'node:path';
import { BinlogBroken, eventsOf, formatDescription, type BinlogEvent } from './binlog-file';
import { TransactionTracker, type Transaction } from './transactions';

/** What a raw log file holds, up to the last place where it may be cut. */
export interface LogScan {
  readonly file: string;
  /** Length of the magic number and the format description that every piece begins with. */
  readonly head: number;
  /** Places of the first event and after the last, in the server's own file. */
  readonly from: number;
  readonly to: number;
  /** The same in this file. */
  readonly fromAt: number;
  readonly toAt: number;
  readonly firstCrc: string;
  /** The last event: what a continuation must begin with. */
  readonly last: { readonly start: number; readonly crc: string } | null;
  readonly gtids: ReadonlyMap<string, string>;
  readonly firstSecond: number | null;
  readonly lastSecond: number | null;
  readonly transactions: number;
  /** Number of the server that wrote the file; the events of a replica keep those of their origin. */
  readonly writer: number;
  /** False when the server writes no checksums. */
  readonly checked: boolean;
}

/** `0-11-7` belongs to domain `0`; MySQL's identifiers to their UUID. */
export const domainOf = (gtid: string): string => /^(?:\d+(?=-\d+-)|[^:]+)/.exec(gtid)?.[0] ?? gtid;

/** Reads all of a raw log file, or what has been added to it. @throws BinlogBroken for an event whose checksum does not hold. */
export async function scanLog(
  name: string,
  onTransaction: (transaction: Transaction, at: number) => void = () => undefined,
  soFar?: LogScan,
): Promise<LogScan> {
  const file = path.basename(name);
  const tracker = new TransactionTracker();
  const gtids = new Map<string, string>();
  let [head, from, to, fromAt, toAt, transactions, writer, checked, firstCrc] = [4, -1, -1, 4, 4, 0, 0, true, ''];
  let last: LogScan['last'] = null;
  let firstSecond: number | null = null;
  let lastSecond: number | null = null;
  let pending: BinlogEvent | null = null;
  if (soFar !== undefined) {
    ({ head, writer, checked, firstCrc, last } = soFar);
    from = to = soFar.to;
    fromAt = toAt = soFar.toAt;
  }
  for await (const event of eventsOf(name, soFar && { at: soFar.toAt, checksums: soFar.checked })) {
    if (event.intact === false)
      throw new BinlogBroken(file, event.end - event.length, 'the checksum of an event does not hold');
    if (event.intact === null) checked = false;
    // A description without a place was made for a reader who begins in the middle.
    const madeUp = event.type === formatDescription && (event.end === 0 || event.end !== event.at + event.length);
    if (event.type === formatDescription) [head, writer] = [event.at + event.length, event.serverId];
    if (madeUp || event.end === 0) {
      if (from === -1) fromAt = toAt = event.at + event.length;
      continue;
    }
    if (from === -1) {
      from = event.end - event.length;
      fromAt = event.at;
      firstCrc = event.crc;
    }
    const transaction = tracker.feed(event);
    pending = event;
    if (!tracker.between) continue;
    to = event.end;
    toAt = event.at + event.length;
    last = { start: pending.end - pending.length, crc: pending.crc };
    if (transaction === null) continue;
    transactions++;
    gtids.set(domainOf(transaction.gtid), transaction.gtid);
    firstSecond ??= transaction.second;
    lastSecond = transaction.second;
    onTransaction(transaction, toAt);
  }
  if (from === 4) [from, fromAt] = [0, 0];
  return {
    file,
    head,
    from,
    to: Math.max(to, from),
    fromAt,
    toAt,
    firstCrc,
    last,
    gtids,
    firstSecond,
    lastSecond,
    transactions,
    writer,
    checked,
  };
}
