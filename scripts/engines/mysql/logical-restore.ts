import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { escapeId } from 'mysql2';
import { AgenteError } from '../../../recovery/errors';
import { asServerUser } from '../../programs/server-programs';
import type { Work } from '../engine';
import { openSession } from './access';
import { DumpStream } from './dump-stream';
import { programInput } from './program-input';
import { finishedSpace, unfinishedSpace, type RestoreFolder } from './restore-folder';
import { damaged } from './damaged';
import { startThrowaway, type Throwaway } from './throwaway-server';

/** An empty server of our own, to load a dump into. */
export async function initialise(folder: RestoreFolder, work: Work): Promise<void> {
  const { command, args } = asServerUser('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${folder.unfinished}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
  await programInput({ command, args, name: 'mariadb-install-db' }, Readable.from([]), work.signal);
  fs.renameSync(path.join(folder.unfinished, finishedSpace), path.join(folder.unfinished, unfinishedSpace));
}

export const emptySettings = [`--innodb-data-file-path=${unfinishedSpace}:12M:autoextend`];

/** Loads a dump into a database of a throw-away server. @throws AgenteError restore-damaged naming the dump. */
export async function loadDump(
  what: string,
  dump: Readable,
  database: string,
  server: Throwaway,
  work: Work,
): Promise<void> {
  const session = await openSession(server.access);
  await session.query(`CREATE DATABASE IF NOT EXISTS ${escapeId(database)} CHARACTER SET utf8mb4`);
  session.destroy();
  const client = asServerUser('mariadb', [
    '--no-defaults',
    '--binary-mode',
    '--max-allowed-packet=1G',
    '--user=root',
    `--socket=${server.access.socket}`,
    database,
  ]);
  const step = work.progress.begin('loading the dump of mysql', null);
  const watched = new DumpStream(
    () => Promise.resolve(),
    (bytes) => step.advance(bytes),
  ).through(dump);
  try {
    // Dumps of old programs do not ask for it, and the throw-away server may be lost at any time anyway.
    const prefix = Buffer.from('SET SESSION foreign_key_checks = 0, unique_checks = 0;\n');
    await programInput(
      { ...client, name: 'mariadb' },
      Readable.from(joined(prefix, watched), { objectMode: false }),
      work.signal,
    );
  } catch (error) {
    if (!(error instanceof AgenteError) || error.code === 'cancelled') throw error;
    throw error.code === 'tool-failed' || error.code === 'restore-damaged' ? damaged(what, error.message) : error;
  } finally {
    step.end();
  }
}

async function* joined(first: Buffer, rest: Readable): AsyncGenerator<Buffer> {
  yield first;
  yield* rest as AsyncIterable<Buffer>;
}

/** Empties, loads and leaves a stopped server behind. */
export async function withLoadedServer(
  folder: RestoreFolder,
  work: Work,
  load: (server: Throwaway) => Promise<void>,
): Promise<void> {
  await initialise(folder, work);
  const server = await startThrowaway(folder.unfinished, folder.home, { settings: emptySettings, signal: work.signal });
  try {
    await load(server);
  } finally {
    await server.stop();
  }
}
