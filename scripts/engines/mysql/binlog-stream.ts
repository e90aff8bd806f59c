import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { MysqlManaged, MysqlServer } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { accessOf, withSession } from './access';
import { checkServerHas, readerFailure } from './binlog-fetch';
import { answers, logFilesOf, takeLastWords } from './last-words';
import { logEnd, type LogEnd } from './log-history';
import { shipLog } from './log-point';
import type { BinlogPosition } from './position';
import { factsOf, positionNow, type SourceFacts } from './source-facts';
import { Spool } from './spool';

export interface StreamOptions {
  readonly settings: MysqlServer | MysqlManaged;
  readonly work: Work;
  /** Takes a point of kind log and publishes it, as every other backup is. */
  readonly publish: (take: (id: string) => Promise<TakenPoint>) => Promise<Manifest>;
  /** Longest time that something new waits; an idle server is told of every `idleMs`. */
  readonly everyMs?: number;
  readonly idleMs?: number;
}

/** What a server commits before we are back is in no other place than its own disk. */
const [shortestWaitMs, longestWaitMs] = [200, 2_000];
const catchUpMs = 5_000;
/** Number under which the streamer is a replica of the server; no server may have it. */
const replicaId = 4_294_901_760;

/** What a supervisor goes on after: the server comes back, and nothing is lost by waiting. */
const passing = new Set(['store-unreachable', 'tool-failed']);

/**
 * Streams a server's binary log into the vault until it is told to stop. A lost connection ends nothing: what
 * came in whole is shipped, and the next connection goes on from there, proven by the last event.
 * @throws AgenteError for what waiting does not mend: log-gap, lineage-owned, source-damaged.
 */
export async function streamBinlog(options: StreamOptions): Promise<void> {
  const { settings, work } = options;
  const { signal } = work;
  let wait = shortestWaitMs;
  for (let connection = 0; !signal.aborted; connection++) {
    try {
      const shipped = await oneConnection(options, path.join(work.folder, `spool-${connection}`));
      if (shipped) wait = shortestWaitMs;
    } catch (error) {
      if (!(error instanceof AgenteError) || !passing.has(error.code)) throw error;
      work.progress.say(
        `${settings.kind === 'server' ? settings.socket : settings.host}: ${error.message}; trying again`,
      );
    }
    await pause(wait, undefined, { signal }).catch(() => undefined);
    wait = Math.min(wait * 2, longestWaitMs);
  }
}

async function oneConnection(options: StreamOptions, folder: string): Promise<boolean> {
  const { settings, work } = options;
  const access = accessOf(settings);
  const facts = await factsOf(access);
  let end = await logEnd(work);
  if (end === null) {
    throw new AgenteError(
      'recovery-point-missing',
      'there is no full copy that the log could continue',
      'Take a full copy first.',
    );
  }
  await checkServerHas(access, facts, end);
  const logFiles = settings.kind === 'server' ? await logFilesOf(access) : null;
  const spool = new Spool(folder, access, facts.dialect, end, replicaId);
  const connection = { open: true };
  void spool.ended.then(() => {
    connection.open = false;
  });
  let shipped = false;
  try {
    while (connection.open && !work.signal.aborted) {
      await Promise.race([
        spool.ended,
        pause(options.everyMs ?? 5_000, undefined, { signal: work.signal }).catch(() => undefined),
      ]);
      const idle = Date.now() - end.to.getTime() > (options.idleMs ?? 300_000);
      if (!spool.hasMore() && !idle) continue;
      end = await ship(options, spool, facts, end);
      shipped = true;
    }
    const said = connection.open ? '' : await spool.ended;
    const failure = readerFailure(said, end);
    if (failure !== null) throw failure;
    if (said !== '') work.progress.say(`the log reader ended: ${said}; it is started again`);
  } finally {
    await spool.close();
    if (!connection.open && logFiles !== null && !(await answers(access))) await takeLastWords(spool, logFiles);
    // What came in is shipped even when the server is gone for good: that is what this is for.
    if (spool.hasMore()) await ship(options, spool, facts, end);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return shipped;
}

async function ship(options: StreamOptions, spool: Spool, facts: SourceFacts, end: LogEnd): Promise<LogEnd> {
  const reaches = await caughtUp(options, spool, facts, end);
  spool.look();
  // A stop that is wished for now must not cut what is shipped last.
  const work = { ...options.work, signal: new AbortController().signal };
  const manifest = await options.publish((id) =>
    shipLog(
      {
        id,
        end,
        facts,
        reaches,
        files: spool.files(),
        soFar: spool.soFar,
        onScanned: (scan) => spool.soFar.set(scan.file, scan),
        seen: (scan) => spool.seen(scan),
      },
      work,
    ),
  );
  spool.tidy();
  const next = await logEnd(options.work);
  if (next === null || next.newest !== manifest.id) {
    throw new AgenteError(
      'lineage-owned',
      `${manifest.id} is not the end of the log: somebody else ships it too`,
      'Let one streamer run for one server.',
    );
  }
  return next;
}

/** A moment before which everything that was committed has come in. */
async function caughtUp(
  { settings, work }: StreamOptions,
  spool: Spool,
  facts: SourceFacts,
  end: LogEnd,
): Promise<Date> {
  const asked = work.now();
  let wanted: BinlogPosition;
  try {
    wanted = await withSession(accessOf(settings), (session) => positionNow(session, facts.dialect));
  } catch {
    // The server is gone: what came in last is what is known.
    return new Date(Math.max(end.to.getTime(), spool.grewAt));
  }
  for (const limit = Date.now() + catchUpMs; Date.now() < limit;) {
    if (spool.reaches(wanted)) return asked;
    await pause(20);
  }
  return new Date(Math.max(end.to.getTime(), Math.min(asked.getTime(), spool.grewAt)));
}
