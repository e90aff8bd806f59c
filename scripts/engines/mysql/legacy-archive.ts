import * as fs from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import type { Work } from '../engine';
import { AgenteError } from '../../../recovery/errors';
import { loadDump, withLoadedServer } from './logical-restore';
import { RestoreFolder } from './restore-folder';
import { damaged } from './damaged';
import { run } from '../../programs/run';

/**
 * Restores a dump that a hotel already holds, `qloapps-*.sql.gz`, as any recovery point. What vouches for it
 * is gzip's checksum and the dump's own last line.
 * @throws AgenteError restore-damaged naming the archive.
 */
export async function restoreArchive(archive: string, root: string, database: string, work: Work): Promise<void> {
  const folder = new RestoreFolder(root);
  const { stdout } = await run('mariadbd', ['--version'], { signal: work.signal });
  folder.begin();
  try {
    await withLoadedServer(folder, work, (server) =>
      loadDump(archive, Readable.from(unpacked(archive), { objectMode: false }), database, server, work),
    );
    folder.finish({ reached: null, serverVersion: /Ver (\S+)/.exec(stdout)?.[1] ?? '' });
  } catch (error) {
    folder.clear();
    throw error;
  }
}

async function* unpacked(archive: string): AsyncGenerator<Buffer> {
  try {
    const packed = fs.createReadStream(archive);
    const gunzip = createGunzip();
    packed.on('error', (error) => gunzip.destroy(error));
    yield* (archive.endsWith('.gz') ? packed.pipe(gunzip) : packed) as AsyncIterable<Buffer>;
  } catch (error) {
    throw error instanceof AgenteError ? error : damaged(archive, (error as Error).message);
  }
}
