import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { storeSealed } from '../../archive/sealed';
import type { Census } from '../../catalogue/census';
import type { MysqlServer } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { accessOf, defaultsFile, valueOf, withSession } from './access';
import { between, countTables } from './census';
import { historyFor } from './history-check';
import { programOutput, type Ended } from '../../programs/program-output';
import { bytesQuery, factsOf } from './source-facts';

/** A physical copy of a running server, streamed into the vault: nothing lies on this disk meanwhile. */
export async function physicalBackup(
  id: string,
  settings: MysqlServer,
  work: Work,
): Promise<{ point: TakenPoint; census: Census }> {
  const access = accessOf(settings);
  const facts = await factsOf(access);
  if (!facts.dialect.physical) throw unsupported(facts.source.serverVersion);
  const history = await historyFor(access, facts, work);
  const count = () =>
    withSession(access, (session) => countTables(session, settings.database, settings.freshness, work.now()));
  const total = await withSession(access, (session) => valueOf(session, bytesQuery));
  const before = await count();
  const info = path.join(work.folder, 'lsn');
  fs.mkdirSync(info, { recursive: true, mode: 0o700 });
  const args = [
    defaultsFile(work.folder, access, facts.dialect),
    '--backup',
    '--stream=mbstream',
    `--target-dir=${work.folder}`,
    `--extra-lsndir=${info}`,
    `--datadir=${settings.data}`,
  ];
  const step = work.progress.begin('copying mysql', Number(total));
  const output = programOutput('mariadb-backup', args, { signal: work.signal, judge: judgeBackup });
  let size = 0;
  output.on('data', (chunk: Buffer) => {
    size += chunk.length;
    step.advance(chunk.length);
  });
  output.pause();
  const file = await storeSealed(work, id, 'base.mbstream.zst.age', output).finally(() => step.end());
  const to = work.now();
  const census = between(before, await count());
  const { end, gtids, version } = positionsOf(fs.readFileSync(path.join(info, 'xtrabackup_info'), 'utf8'));
  return {
    census,
    point: {
      method: 'mariadb-backup',
      kind: 'full',
      parent: null,
      source: facts.source,
      positions: { history, ...(end === null ? {} : { end }), gtids },
      restorable: { from: to.toISOString(), to: to.toISOString() },
      files: [file],
      size: { data: size, stored: file.size },
      tools: { 'mariadb-backup': version },
      encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
    },
  };
}

/** Its exit code says little: only these words at its end mean that all was copied. */
export function judgeBackup({ exitCode, stderr }: Ended): void {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const page =
    /Database page corruption detected at page (\d+)|page.*(?:corrupt|failed to read).*|(?:Page|page) \[page id: space=(\d+), page number=(\d+)\]/i.exec(
      stderr,
    );
  if (exitCode === 0 && /completed OK!$/.test(last)) return;
  if (page !== null) {
    const table = /(?:file|tablespace) '?([^\s']+\.ibd)/i.exec(stderr)?.[1] ?? 'a table space';
    throw new AgenteError(
      'source-damaged',
      `the live data are damaged: ${table}: ${page[0]}`,
      'Nothing was stored. Restore from an older recovery point before the damage spreads.',
    );
  }
  throw new AgenteError(
    'tool-failed',
    `mariadb-backup did not say "completed OK!" (exit code ${String(exitCode)}): ${stderr.trim().split('\n').slice(-4).join(' | ')}`,
    'Nothing was stored. What it said names the cause; correct that and run the command again.',
  );
}

/** From the words of xtrabackup_info. */
export function positionsOf(info: string): { end: string | null; gtids: string; version: string } {
  const match = /^binlog_pos = filename '([^']+)', position '(\d+)'(?:, GTID of the last change '([^']*)')?/m.exec(
    info,
  );
  const version = /^tool_version = (.+)$/m.exec(info)?.[1] ?? 'unknown';
  if (match === null) return { end: null, gtids: '', version };
  return { end: `${match[1] ?? ''}:${match[2] ?? ''}`, gtids: match[3] ?? '', version };
}

function unsupported(version: string): AgenteError {
  return new AgenteError(
    'prerequisite-missing',
    `files of ${version} cannot be copied: that takes xtrabackup, which is not among our tools`,
    'Set the dataset to kind "managed": logical copies work with MySQL.',
  );
}
