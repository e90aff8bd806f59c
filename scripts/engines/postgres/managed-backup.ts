import * as fs from 'node:fs';
import * as path from 'node:path';
import { storeSealed } from '../../archive/sealed';
import type { Census } from '../../catalogue/census';
import type { PointKind, StoredFile } from '../../catalogue/manifest';
import { run } from '../../programs/run';
import { postgresProgram } from '../../programs/server-programs';
import type { PostgresManaged } from '../../settings/datasets';
import type { TakenPoint, Work } from '../engine';
import { countTables, exactCensus, inSnapshot } from './counting';
import { connectionEnvironment, runClient } from './managed-programs';
import { managedAccess, valueOf, withSession } from './session';

export const dumpExtension = '.zst.age';
const jobs = 2;

interface Request {
  readonly id: string;
  readonly kind: PointKind;
  readonly work: Work;
}

/** A parallel logical copy of one snapshot, which the census is counted in too: it is exact. */
export async function managedBackup(
  server: PostgresManaged,
  { id, kind, work }: Request,
): Promise<{ point: TakenPoint; census: Census | null }> {
  if (kind !== 'full') work.progress.say('a database that somebody else runs is copied whole');
  return withSession(managedAccess(server), (session) =>
    inSnapshot(session, async () => {
      const { rows } = await session.query<Record<string, string>>(
        `SELECT pg_export_snapshot() AS snapshot, system_identifier::text AS identity, pg_current_wal_lsn()::text AS lsn,
           current_setting('server_version') AS version, pg_database_size(current_database())::text AS bytes
         FROM pg_control_system()`,
      );
      const { snapshot = '', identity = '', version = '', bytes, lsn = '' } = rows[0] ?? {};
      // Nothing that was committed after this moment is in the snapshot.
      const at = await valueOf<Date>(session, 'SELECT statement_timestamp()');
      const counting = countTables(session);
      counting.catch(() => undefined);
      const files = await dump(server, snapshot, { id, work });
      const census = exactCensus(await counting, at);
      const { stdout } = await run(postgresProgram('pg_dump'), ['--version']);
      const point: TakenPoint = {
        method: 'pg_dump',
        kind: 'full',
        parent: null,
        source: { identity, host: server.host, serverVersion: version.split(' ')[0] ?? version },
        positions: { database: server.database, lsn, systemIdentifier: identity },
        restorable: { from: at.toISOString(), to: at.toISOString() },
        files,
        size: { data: Number(bytes), stored: files.reduce((sum, { size }) => sum + size, 0) },
        tools: { pg_dump: /[\d.]+/.exec(stdout)?.[0] ?? 'unknown' },
        encryption: { method: work.encryption.method, keys: [...work.encryption.recipients] },
      };
      return { point, census };
    }),
  );
}

/**
 * pg_dump's directory format writes files, so they pass through a spool in the work's folder. Each leaves it
 * for the vault as soon as pg_dump has finished it: the spool holds what the vault is behind, not the database.
 */
async function dump(
  server: PostgresManaged,
  snapshot: string,
  { id, work }: Omit<Request, 'kind'>,
): Promise<StoredFile[]> {
  const folder = path.join(work.folder, 'dump');
  fs.rmSync(folder, { recursive: true, force: true });
  const files: StoredFile[] = [];
  const step = work.progress.begin(`copying ${server.database}`, null);
  const failed = new AbortController();
  const signal = AbortSignal.any([work.signal, failed.signal]);
  const failures: unknown[] = [];
  let sending = Promise.resolve();
  const send = (name: string): void => {
    sending = sending
      .then(async () => {
        if (failures.length > 0) return;
        const file = path.join(folder, name);
        const content = fs.createReadStream(file, { highWaterMark: 1024 * 1024 });
        content.on('data', (chunk) => step.advance(chunk.length));
        files.push(await storeSealed(work, id, `${name}${dumpExtension}`, content));
        fs.rmSync(file);
      })
      .catch((error: unknown) => {
        failures.push(error);
        failed.abort();
      });
  };
  try {
    await runClient(
      'pg_dump',
      [
        '--format=directory',
        `--jobs=${jobs}`,
        '--compress=0',
        `--snapshot=${snapshot}`,
        '--verbose',
        `--file=${folder}`,
      ],
      {
        env: connectionEnvironment(server),
        signal,
        onLine: (line) => {
          const [, item] = /finished item (\d+) TABLE DATA/.exec(line) ?? [];
          if (item !== undefined && fs.existsSync(path.join(folder, `${item}.dat`))) send(`${item}.dat`);
        },
      },
    ).catch((error: unknown) => {
      throw failures[0] ?? error;
    });
    await sending;
    if (failures.length > 0) throw failures[0] as Error;
    for (const name of fs.readdirSync(folder).sort()) send(name);
    await sending;
    if (failures.length > 0) throw failures[0] as Error;
  } finally {
    await sending;
    step.end();
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return files;
}
