import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { escapeIdentifier } from 'pg';
import { AgenteError } from '../../../recovery/errors';
import { openSealed } from '../../archive/sealed';
import type { Manifest } from '../../catalogue/manifest';
import { serverUser } from '../../programs/server-programs';
import type { RestorePlan, RestoreRequest, Work } from '../engine';
import { countTables, inSnapshot } from './counting';
import { dumpExtension } from './managed-backup';
import { runClient } from './managed-programs';
import { makeCluster } from './new-cluster';
import type { RestoreFolder } from './restore-folder';
import { withSession } from './session';
import { ThrowAwayServer } from './throw-away-server';

const jobs = 2;

/** A logical copy restores to the moment of its snapshot and to no other. */
export async function managedPlan({ target, base }: RestoreRequest, work: Work): Promise<RestorePlan> {
  const { points } = await work.catalogue.list();
  const copies = base === null ? points.filter(({ method }) => method === 'pg_dump') : [base];
  const wanted = target.to === 'time' ? target.time : null;
  const point = copies.findLast(({ restorable }) => wanted === null || Date.parse(restorable.to) === wanted.getTime());
  if (point === undefined || target.to === 'position') {
    const known = copies.slice(-5).map(({ restorable }) => restorable.to);
    throw new AgenteError(
      copies.length === 0 ? 'recovery-point-missing' : 'restore-target-unreachable',
      copies.length === 0
        ? `${work.catalogue.dataset} has no logical copy`
        : `a logical copy has one moment only; the newest are of ${known.join(', ')}`,
      'Other moments of a managed database are reached by its own point-in-time recovery: agente-dr restore, through the program.',
    );
  }
  return {
    points: [point],
    request: { target, base, logFolder: null },
    reaches: new Date(point.restorable.to),
    // The copy on its way, and the tables and indexes that are made of it.
    bytes: 2 * point.size.data,
    logBytes: 0,
    steps: [
      `fetch ${point.files.length} files of ${point.id} and hold each against its SHA-256`,
      `load them into a new PostgreSQL with pg_restore, ${jobs} at a time, and check it`,
      `load them into ${point.positions['database'] ?? ''}_restoring on the server, then exchange the two by name`,
    ],
  };
}

export async function managedRestore(plan: RestorePlan, folder: RestoreFolder, work: Work): Promise<void> {
  const [point] = plan.points;
  if (point === undefined) throw new AgenteError('recovery-point-missing', 'the plan names no point', 'Plan anew.');
  folder.begin();
  try {
    await fetchDump(point, folder, work);
    fs.rmSync(folder.data, { recursive: true, force: true });
    await makeCluster(folder.data);
    const rows = await loadIntoNewServer(point.positions['database'] ?? 'agente_db', folder, work);
    folder.finish({ reached: point.restorable.to, systemIdentifier: null, rows });
  } catch (error) {
    folder.clear();
    throw error;
  }
}

async function fetchDump(point: Manifest, folder: RestoreFolder, work: Work): Promise<void> {
  fs.rmSync(folder.dump, { recursive: true, force: true });
  fs.mkdirSync(folder.dump, { mode: 0o700 });
  const step = work.progress.begin(`fetching ${point.id}`, point.size.stored);
  try {
    for (const file of point.files) {
      const name = path.basename(file.path, dumpExtension);
      await pipeline(
        openSealed(work, point, file),
        fs.createWriteStream(path.join(folder.dump, name), { mode: 0o600 }),
        {
          signal: work.signal,
        },
      );
      step.advance(file.size);
    }
  } finally {
    step.end();
  }
}

async function loadIntoNewServer(database: string, folder: RestoreFolder, work: Work): Promise<Record<string, number>> {
  const { lent, uid, gid } = serverUser();
  if (lent) fs.chownSync(folder.data, uid, gid);
  const server = await ThrowAwayServer.start(folder.data, folder.server);
  try {
    await server.until('it answered', 'SELECT true', work.signal);
    await withSession(server.access, (session) => session.query(`CREATE DATABASE ${escapeIdentifier(database)}`));
    const { host, port, user } = server.access;
    // Whose objects they are matters on the server that they go back to, and not for a look.
    await pgRestore(folder.dump, ['--no-owner', '--no-acl'], work, {
      PGHOST: String(host),
      PGPORT: String(port),
      PGUSER: String(user),
      PGDATABASE: database,
    });
    const access = { ...server.access, database };
    const { rows } = await withSession(access, (session) => inSnapshot(session, () => countTables(session)));
    await server.stop();
    return Object.fromEntries(rows);
  } catch (error) {
    await server.kill();
    throw error;
  }
}

/** @throws AgenteError restore-damaged with the first thing that pg_restore could not make. */
export async function pgRestore(
  dump: string,
  options: readonly string[],
  work: Work,
  env: Record<string, string>,
): Promise<void> {
  const step = work.progress.begin(`loading ${env['PGDATABASE'] ?? ''}`, null);
  const args = ['--format=directory', `--jobs=${jobs}`, '--exit-on-error', `--dbname=${env['PGDATABASE'] ?? ''}`];
  try {
    await runClient('pg_restore', [...args, ...options, dump], { env, signal: work.signal });
  } catch (error) {
    if (!(error instanceof AgenteError) || error.code !== 'tool-failed') throw error;
    throw new AgenteError('restore-damaged', error.message, 'Restore from another recovery point.', { cause: error });
  } finally {
    step.end();
  }
}
