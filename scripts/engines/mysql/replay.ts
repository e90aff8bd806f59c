import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../../recovery/errors';
import { openSealed } from '../../archive/sealed';
import type { Manifest, StoredFile } from '../../catalogue/manifest';
import { asServerUser } from '../../programs/server-programs';
import type { RestoreTarget, Work } from '../engine';
import { BinlogBroken } from './binlog-file';
import type { Dialect } from './dialect';
import { scanLog, type LogScan } from './log-scan';
import { endOf, historyOf } from './log-history';
import { numberOf, textOf, type BinlogPosition } from './position';
import type { Transaction } from './transactions';
import { programInput } from './program-input';
import { programOutput } from '../../programs/program-output';
import { StopRule } from './stop-rule';
import { damaged } from './damaged';
import type { Throwaway } from './throwaway-server';

interface Replay {
  readonly base: Manifest;
  readonly from: BinlogPosition;
  readonly logs: readonly Manifest[];
  /** Raw log files that are in no vault; they continue the last piece. */
  readonly loose: readonly string[];
  readonly target: RestoreTarget;
  /** For one piece at a time. */
  readonly folder: string;
  readonly dialect: Dialect;
}

/** What of one piece is replayed, by its own bytes; null for nothing. */
interface Part {
  readonly startAt: number;
  readonly stopAt: number;
}

/**
 * Replays pieces of log to exactly the last transaction of the target. Every event's checksum is verified
 * twice: here, where the stop is computed, and by the program that reads it.
 * @throws AgenteError restore-damaged, restore-target-unreachable, lineage-owned.
 */
export async function replay(work: Work, server: Throwaway, plan: Replay): Promise<void> {
  const token = `replayed-${randomBytes(8).toString('hex')}`;
  const client = asServerUser(plan.dialect.client, [
    '--no-defaults',
    '--binary-mode',
    '--batch',
    '--skip-column-names',
    '--max-allowed-packet=1G',
    '--user=root',
    `--socket=${server.access.socket}`,
  ]);
  const rule = new StopRule(plan.target);
  const content = Readable.from(statements(work, plan, rule, token), { objectMode: false });
  const said = await programInput({ ...client, name: plan.dialect.client }, content, work.signal).catch(
    (error: unknown) => {
      if (error instanceof AgenteError && error.code === 'tool-failed')
        throw damaged('the log cannot be replayed', error.message);
      throw error;
    },
  );
  // A client that stopped at an error would not have come here, whatever its exit code is.
  if (!said.includes(token)) throw damaged('the log', 'the server did not take all of it');
  if (plan.target.to === 'position' && !rule.found) throw notInLog(plan.target.position);
}

async function* statements(work: Work, plan: Replay, rule: StopRule, token: string): AsyncGenerator<Buffer> {
  // From here on accounts can be changed, as the log may ask; this session keeps the right to do so.
  yield Buffer.from('FLUSH PRIVILEGES;\n');
  const total = plan.logs.reduce((sum, { size }) => sum + size.data, 0);
  const step = work.progress.begin('replaying the log of mysql', total);
  for (const log of plan.logs) {
    if (historyOf(log) !== historyOf(plan.base) || log.source.identity !== plan.base.source.identity)
      throw strange(log, plan);
    for (const file of log.files) {
      if (rule.done) break;
      yield* piece(work, plan, rule, log, file);
    }
    step.advance(log.size.data);
  }
  if (plan.target.to !== 'point') yield* looseFiles(work, plan, rule);
  step.end();
  yield Buffer.from(`\nSELECT '${token}';\n`);
}

async function* piece(
  work: Work,
  plan: Replay,
  rule: StopRule,
  log: Manifest,
  file: StoredFile,
): AsyncGenerator<Buffer> {
  const [, binlog = '', end = ''] = /([^/]+\.\d{6,})\.\d+-(\d+)\.zst\.age$/.exec(file.path) ?? [];
  const name = path.join(plan.folder, binlog);
  try {
    await pipeline(openSealed(work, log, file), fs.createWriteStream(name, { mode: 0o600 }));
    const { scan, part } = await partOf(name, file.path, plan.from, (transaction) =>
      rule.includes(transaction, binlog, log),
    );
    if (scan.to !== Number(end)) throw damaged(file.path, `it ends at ${scan.to} and not at ${end}`);
    if (part !== null) yield* decoded(work, plan, name, part);
  } finally {
    fs.rmSync(name, { force: true });
  }
}

/** Files that continue the last piece. @throws AgenteError log-gap, lineage-owned. */
async function* looseFiles(work: Work, plan: Replay, rule: StopRule): AsyncGenerator<Buffer> {
  const last = plan.logs.at(-1);
  let end = last === undefined ? plan.from : endOf(last);
  for (const name of plan.loose.filter((each) => numberOf(each) >= numberOf(end.file))) {
    if (rule.done) return;
    const file = path.basename(name);
    if (numberOf(file) > numberOf(end.file) + 1) throw gapBefore(end.file, file);
    const from = numberOf(file) === numberOf(end.file) ? end : { file, offset: 0 };
    // Nobody saw this file grow: its own seconds decide.
    const { scan, part } = await partOf(name, name, { ...from, file }, (each) => rule.includes(each, file, null));
    if (scan.writer !== Number(plan.base.source.identity.split(' ')[0])) {
      throw new AgenteError(
        'lineage-owned',
        `${name} was written by server ${scan.writer}, the copy is of ${plan.base.source.identity}`,
        "Name a folder of this server's own log files.",
      );
    }
    if (scan.from > from.offset) throw gapBefore(textOf(from), `${file}:${scan.from}`);
    if (part !== null) yield* decoded(work, plan, name, part);
    end = { file, offset: scan.to };
  }
}

function gapBefore(end: string, next: string): AgenteError {
  return new AgenteError(
    'log-gap',
    `the log between ${end} and ${next} is missing`,
    'Add the files that are missing to the folder.',
  );
}

function decoded(work: Work, plan: Replay, name: string, part: Part): AsyncIterable<Buffer> {
  const args = [
    '--no-defaults',
    '--verify-binlog-checksum',
    ...(plan.dialect.name === 'mariadb' ? ['--skip-gtid-strict-mode'] : []),
    `--start-position=${String(Math.max(4, part.startAt))}`,
    `--stop-position=${String(part.stopAt)}`,
    name,
  ];
  return programOutput(plan.dialect.binlog, args, { signal: work.signal }) as AsyncIterable<Buffer>;
}

async function partOf(
  name: string,
  what: string,
  from: BinlogPosition,
  includes: (transaction: Transaction) => boolean,
): Promise<{ scan: LogScan; part: Part | null }> {
  let [first, stopAt] = [-1, -1];
  const base = path.basename(name) === from.file ? from.offset : 0;
  try {
    const scan = await scanLog(name, (transaction, at) => {
      // Before the copy: its data hold it already.
      if (transaction.end <= base) return;
      if (transaction.start < base) throw damaged(what, `the copy ends inside its transaction ${transaction.gtid}`);
      if (!includes(transaction)) return;
      if (first === -1) first = at - (transaction.end - transaction.start);
      stopAt = at;
    });
    return { scan, part: stopAt === -1 ? null : { startAt: first, stopAt } };
  } catch (error) {
    throw error instanceof BinlogBroken ? damaged(what, error.message) : error;
  }
}

function strange(log: Manifest, { base }: Replay): AgenteError {
  return new AgenteError(
    'lineage-owned',
    `${log.id} is of server ${log.source.identity} (history ${historyOf(log)}), ${base.id} of server ${base.source.identity} (history ${historyOf(base)})`,
    'Restore without the pieces of the other server.',
  );
}

export function notInLog(position: string): AgenteError {
  return new AgenteError(
    'restore-target-unreachable',
    `the log that was shipped has no ${position} behind the copy`,
    'agente-dr catalog show names the positions of every recovery point.',
  );
}
