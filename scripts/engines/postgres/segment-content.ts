import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { AgenteError } from '../../../recovery/errors';
import type { Work } from '../engine';
import type { Archive, ArchivedSegment } from './archive';
import { RepositoryDecipher } from './repository-cipher';

type Reading = Pick<Work, 'vault' | 'signal'>;

/**
 * Reads a segment out of the archive, into a file if one is named, and holds it against the hash in its name:
 * neither the cipher nor the compression nor PostgreSQL tells a damaged segment from the end of the log.
 * @returns what is wrong with it; null for nothing. @throws AgenteError when the store cannot be read.
 */
export async function readSegment(
  segment: ArchivedSegment,
  archive: Pick<Archive, 'passphrase'>,
  work: Reading,
  file: string | null = null,
): Promise<string | null> {
  const hash = createHash('sha1');
  const hashing = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const sink =
    file === null
      ? new Writable({ write: (_chunk, _encoding, done) => done() })
      : fs.createWriteStream(file, { mode: 0o600, highWaterMark: 1024 * 1024 });
  try {
    await pipeline([...(await stepsTo(segment, archive, work)), hashing, sink], { signal: work.signal });
  } catch (error) {
    return factOf(error);
  }
  return segment.sha1 === null || hash.digest('hex') === segment.sha1
    ? null
    : 'its content is not the one that its name was made from';
}

async function stepsTo(
  { key, file }: ArchivedSegment,
  { passphrase }: Pick<Archive, 'passphrase'>,
  work: Reading,
): Promise<NodeJS.ReadWriteStream[]> {
  if (key === null) return [fs.createReadStream(file ?? '') as unknown as NodeJS.ReadWriteStream];
  const stored = (await work.vault.get(key, work.signal)) as unknown as NodeJS.ReadWriteStream;
  const opened = [stored, new RepositoryDecipher(passphrase)];
  return key.endsWith('.zst') ? [...opened, createZstdDecompress()] : opened;
}

/** What damage looks like to the streams; anything else is no word about the segment. */
function factOf(error: unknown): string {
  if (error instanceof AgenteError && error.code !== 'vault-object-missing') throw error;
  if (error instanceof AgenteError) return 'it is missing';
  const { code = '', name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError')
    throw new AgenteError('cancelled', 'reading the log was stopped', 'Run the command again.');
  if (code === 'ENOSPC') {
    throw new AgenteError('disk-full', 'no room for the log on its way', 'Make room, then run the command again.');
  }
  if (/^E[A-Z]+$/.test(code)) throw error as Error;
  return 'it cannot be opened: it was changed or cut off';
}
