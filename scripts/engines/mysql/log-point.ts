import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { AgenteError } from '../../../recovery/errors';
import { storeSealed } from '../../archive/sealed';
import type { StoredFile } from '../../catalogue/manifest';
import type { TakenPoint, Work } from '../engine';
import { BinlogBroken } from './binlog-file';
import { damagedLogHint, foreign } from './binlog-fetch';
import { mergeGtids } from './gtids';
import type { LogEnd } from './log-history';
import { scanLog, type LogScan } from './log-scan';
import { numberOf, textOf, type BinlogPosition } from './position';
import type { SourceFacts } from './source-facts';

interface Shipment {
  readonly id: string;
  readonly end: LogEnd;
  readonly facts: SourceFacts;
  /** Raw log files that begin at or before the known end. */
  readonly files: readonly string[];
  /** Everything that was committed before this instant is in the files. */
  readonly reaches: Date;
  /** What of them was shipped before, by their names; such files continue by themselves. */
  readonly soFar?: ReadonlyMap<string, LogScan>;
  readonly onScanned?: (scan: LogScan) => void;
  /** When places of the log were first seen: `binlog.000001:927@1795834358123`. */
  readonly seen?: (scan: LogScan) => string;
}

/**
 * Puts what is new in raw log files into the vault, checked event by event before that.
 * @throws AgenteError source-damaged for a checksum that does not hold, lineage-owned for another server's log.
 */
export async function shipLog(shipment: Shipment, work: Work): Promise<TakenPoint> {
  const { id, end, facts, reaches } = shipment;
  const scans = await scanAll(shipment, work);
  // What came in while we read belongs to the piece too.
  const readAt = work.now();
  const step = work.progress.begin('shipping the log of mysql', null);
  const files: StoredFile[] = [];
  let [at, last, gtids, data]: [BinlogPosition, LogEnd['last'], string, number] = [end.at, end.last, end.gtids, 0];
  let begin: number | null = null;
  for (const { name, scan } of scans) {
    const from = scan.file === at.file ? at.offset : 0;
    if (scan.to > from) {
      const skipped = from > scan.from ? from - scan.from : 0;
      const content = pieceOf(name, scan, scan.fromAt + skipped);
      files.push(await storeSealed(work, id, `${scan.file}.${from}-${scan.to}.zst.age`, content));
      data += scan.to - from;
      step.advance(scan.to - from);
      gtids = mergeGtids(gtids, [...scan.gtids.values()]);
      begin ??= scan.firstSecond;
    }
    at = { file: scan.file, offset: Math.max(scan.to, from) };
    if (scan.last !== null) last = { file: scan.file, ...scan.last };
  }
  step.end();
  for (const { scan } of scans) shipment.onScanned?.(scan);
  const seen = scans
    .map(({ scan }) => shipment.seen?.(scan) ?? '')
    .join(' ')
    .trim();
  return {
    method: facts.dialect.binlog,
    kind: 'log',
    parent: end.parent,
    source: facts.source,
    positions: {
      history: end.history,
      start: textOf(end.at),
      end: textOf(at),
      gtids,
      ...(last === null ? {} : { last: `${last.file} ${last.start} ${last.crc}` }),
      // Between these two instants all of the piece appeared.
      after: end.to.toISOString(),
      before: (readAt > reaches ? readAt : reaches).toISOString(),
      ...(begin === null ? {} : { firstEvent: new Date(begin * 1_000).toISOString() }),
      ...(seen === '' ? {} : { seen }),
    },
    restorable: { from: end.to.toISOString(), to: reaches.toISOString() },
    files,
    size: { data, stored: files.reduce((sum, { size }) => sum + size, 0) },
    tools: { [facts.dialect.binlog]: facts.source.serverVersion },
    encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
  };
}

/** A log file of its own right: every tool reads it. */
function pieceOf(name: string, scan: LogScan, fromAt: number): Readable {
  return Readable.from(
    (async function* () {
      if (fromAt > 0)
        yield* fs.createReadStream(name, { end: Math.min(scan.head, fromAt) - 1 }) as AsyncIterable<Buffer>;
      yield* fs.createReadStream(name, {
        start: fromAt,
        end: scan.toAt - 1,
        highWaterMark: 1024 * 1024,
      }) as AsyncIterable<Buffer>;
    })(),
    { objectMode: false },
  );
}

async function scanAll(shipment: Shipment, work: Work): Promise<{ name: string; scan: LogScan }[]> {
  const found: { name: string; scan: LogScan }[] = [];
  const { files, end, facts } = shipment;
  const serverId = Number(facts.source.identity.split(' ')[0]);
  for (const name of files) {
    const before = found.at(-1)?.scan;
    const soFar = shipment.soFar?.get(path.basename(name));
    const scan = await scanned(name, soFar);
    if (scan.from === -1) continue;
    if (before !== undefined && numberOf(scan.file) !== numberOf(before.file) + 1) {
      throw new AgenteError(
        'log-gap',
        `the log between ${before.file} and ${scan.file} is missing`,
        'Take a full backup now.',
      );
    }
    if (scan.writer !== serverId)
      throw foreign(end, `${scan.file} was written by server ${scan.writer}, not ${serverId}`);
    if (before === undefined && soFar === undefined) checkContinues(scan, end);
    if (!scan.checked)
      work.progress.say(
        `${scan.file}: the server writes no checksums (binlog_checksum = NONE); damage before now cannot be seen`,
      );
    found.push({ name, scan });
  }
  return found;
}

async function scanned(name: string, soFar: LogScan | undefined): Promise<LogScan> {
  try {
    return await scanLog(name, undefined, soFar);
  } catch (error) {
    if (!(error instanceof BinlogBroken)) throw error;
    throw new AgenteError('source-damaged', `binary log ${error.message}`, damagedLogHint, { cause: error });
  }
}

function checkContinues(scan: LogScan, end: LogEnd): void {
  const { last, at } = end;
  if (
    last !== null &&
    (scan.file !== last.file || Math.max(4, scan.from) !== last.start || scan.firstCrc !== last.crc)
  ) {
    throw foreign(end, `its event at ${last.file}:${last.start} is another than the one that was shipped`);
  }
  if (last === null && (scan.file !== at.file || scan.from > at.offset))
    throw foreign(end, `it begins at ${scan.file}:${scan.from}`);
}
