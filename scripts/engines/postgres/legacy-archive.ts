import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { AgenteError } from '../../../recovery/errors';
import { childOptions } from '../../programs/run';
import { asServerUser, postgresProgram } from '../../programs/server-programs';
import type { Work } from '../engine';
import { makeCluster } from './new-cluster';
import type { RestoreFolder } from './restore-folder';
import { withSession } from './session';
import { ThrowAwayServer } from './throw-away-server';

const dumpName = 'backup.sql';
const trailer = '-- PostgreSQL database dump complete';
/** Who owns the tables of the application in a dump that names owners. */
const applicationRole = 'agente_user';

/**
 * Restores an archive of the seed (`postgres-full-*.tar.gz` with a plain pg_dump in it) into a new cluster.
 * @throws AgenteError restore-damaged for one that is cut off or changed: psql alone takes both for a success.
 */
export async function restoreLegacyArchive(
  file: string,
  folder: RestoreFolder,
  { database, work }: { database: string; work: Work },
): Promise<void> {
  folder.begin();
  try {
    fs.rmSync(folder.data, { recursive: true, force: true });
    await makeCluster(folder.data);
    const server = await ThrowAwayServer.start(folder.data, folder.server);
    try {
      await server.until('it answered', 'SELECT true', work.signal);
      await withSession(server.access, async (session) => {
        await session.query(`CREATE ROLE ${applicationRole} LOGIN`);
        await session.query(`CREATE DATABASE "${database.replaceAll('"', '""')}" OWNER ${applicationRole}`);
      });
      await load(file, { server, database, work });
      await server.stop();
    } catch (error) {
      await server.kill();
      throw error;
    }
    folder.finish({ reached: null, systemIdentifier: null });
  } catch (error) {
    folder.clear();
    throw error;
  }
}

interface Target {
  readonly server: ThrowAwayServer;
  readonly database: string;
  readonly work: Work;
}

/** What psql made of half a dump goes with the folder. */
async function load(file: string, { server, database, work }: Target): Promise<void> {
  const { command, args } = asServerUser(postgresProgram('psql'), [
    ...['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--output=/dev/null'],
    ...[`--host=${String(server.access.host)}`, `--port=${String(server.access.port)}`, '--username=postgres'],
    ...[`--dbname=${database}`, '--file=-'],
  ]);
  const child = spawn(command, args, { env: childOptions({}).env, stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-4_096)));
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const step = work.progress.begin(`loading ${file}`, fs.statSync(file).size);
  try {
    const end = new EndOfDump();
    const dump = dumpIn(file, work, (bytes) => step.advance(bytes));
    const fed = await pipeline(dump, end, child.stdin, { signal: work.signal }).then(
      () => null,
      (error: unknown) => error as Error,
    );
    const exitCode = await exit;
    if (exitCode !== 0) throw damaged(file, `psql: ${stderr.trim().split('\n').slice(0, 2).join(' | ')}`, fed);
    if (fed !== null) throw damaged(file, fed.message, fed);
    if (!end.isWhole) throw damaged(file, `${dumpName} in it ends before "${trailer}"`);
  } finally {
    child.kill('SIGKILL');
    step.end();
  }
}

/** The dump as a stream, which fails where gzip's own sum is wrong, also when that comes after the dump. */
function dumpIn(file: string, work: Work, onBytes: (bytes: number) => void): Readable {
  const archive = extract();
  const source = fs.createReadStream(file);
  source.on('data', (chunk) => onBytes(chunk.length));
  const whole = pipeline(source, createGunzip(), archive as unknown as NodeJS.WritableStream, { signal: work.signal });
  whole.catch(() => undefined);
  return Readable.from(
    (async function* () {
      let found = false;
      try {
        for await (const entry of archive) {
          if (entry.header.name.split('/').at(-1) === dumpName && !found) {
            found = true;
            yield* entry as AsyncIterable<Buffer>;
          } else entry.resume();
        }
        await whole;
      } catch (error) {
        throw damaged(file, (error as Error).message.toLowerCase(), error);
      }
      if (!found) throw damaged(file, `there is no ${dumpName} in it`);
    })(),
    { objectMode: false },
  );
}

/** Passes a dump on, and knows whether its last line was there. */
class EndOfDump extends Transform {
  private tail = '';

  get isWhole(): boolean {
    return this.tail.includes(trailer);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.tail = (this.tail + chunk.toString('latin1')).slice(-4 * trailer.length);
    done(null, chunk);
  }
}

function damaged(file: string, fact: string, cause?: unknown): AgenteError {
  if (cause instanceof AgenteError) return cause;
  return new AgenteError('restore-damaged', `${file}: ${fact}`, 'Restore from another archive.', { cause });
}
