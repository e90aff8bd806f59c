import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../recovery/errors';
import type { Manifest, StoredFile } from '../catalogue/manifest';
import { compress, decompress } from '../encryption/compression';
import type { Damage, Work } from '../engines/engine';
import { Hashing } from '../vault/hashing';
import { keysOf } from '../vault/keys';

type Store = Pick<Work, 'vault' | 'catalogue' | 'lineage' | 'encryption' | 'signal'>;

/** Where a file of a point lies: points of older lineages stay where they were written. */
export function keyOf(work: Pick<Work, 'catalogue'>, point: Pick<Manifest, 'lineage'>, file: StoredFile): string {
  return `${keysOf(work.catalogue.dataset, point.lineage).root}/${file.path}`;
}

/**
 * Compresses, closes and stores one file of a new point. The hash is that of what leaves this process, so
 * nothing that happens later is vouched for by its own reading.
 */
export async function storeSealed(
  work: Store,
  id: string,
  name: string,
  content: Readable,
  { compressed = true } = {},
): Promise<StoredFile> {
  const keys = keysOf(work.catalogue.dataset, work.lineage);
  const sealed = work.encryption.seal(compressed ? compress(content, work.signal) : content, work.signal);
  const { key, size, sha256 } = await work.vault.put(`${keys.point(id)}${name}`, sealed, work.signal);
  return { path: key.slice(keys.root.length + 1), size, sha256 };
}

/**
 * The content of a stored file, of which not the last byte is given before its hash is right. What fails
 * fails the stream, and names the file: AgenteError key-wrong, or restore-damaged when it is missing or not
 * what was written.
 */
export function openSealed(work: Store, point: Manifest, file: StoredFile, { compressed = true } = {}): Readable {
  const key = keyOf(work, point, file);
  const content = async function* (): AsyncGenerator<Buffer> {
    const opened = work.encryption.open(readStored(work, point, file), work.signal);
    yield* (compressed ? decompress(opened, work.signal) : opened) as AsyncIterable<Buffer>;
  };
  return streamOf(named(content(), key));
}

/** The bytes of a stored file as they lie in the vault, held against its hash; it fails as `openSealed` does. */
export function readStored(work: Store, point: Manifest, file: StoredFile): Readable {
  const key = keyOf(work, point, file);
  const content = async function* (): AsyncGenerator<Buffer> {
    const hashing = new Hashing();
    const stored = await work.vault.get(key, work.signal);
    stored.once('error', (error) => hashing.destroy(error));
    yield* stored.pipe(hashing) as AsyncIterable<Buffer>;
    if (hashing.digest() !== file.sha256) throw damaged(key, 'its SHA-256 is not the one that was written');
  };
  return streamOf(named(content(), key));
}

const streamOf = (chunks: AsyncGenerator<Buffer>): Readable =>
  Readable.from(chunks, { objectMode: false, highWaterMark: 1024 * 1024 });

/** Programs that read a stream do not know what it is called. */
async function* named(content: AsyncGenerator<Buffer>, key: string): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    if (!(error instanceof AgenteError)) throw error;
    if (error.code === 'vault-object-missing') throw damaged(key, 'it is missing', error);
    if (error.message.includes(key)) throw error;
    throw new AgenteError(error.code, `${key}: ${error.message}`, error.hint, { cause: error });
  }
}

function damaged(key: string, fact: string, cause?: unknown): AgenteError {
  const hint = 'Restore from another recovery point: agente-dr catalog list.';
  return new AgenteError('restore-damaged', `${key}: ${fact}`, hint, { cause });
}

/** The one file of a point whose name ends so. @throws AgenteError backup-damaged when its manifest has none. */
export function fileOf(point: Manifest, name: string): StoredFile {
  const found = point.files.find((file) => file.path.endsWith(`/${name}`));
  if (found !== undefined) return found;
  throw new AgenteError('backup-damaged', `${point.id} has no ${name}`, 'Restore from another recovery point.');
}

/** Presence, size and hash of every file of a point, read through. */
export async function damagesOf(work: Work, point: Manifest): Promise<Damage[]> {
  const step = work.progress.begin(`reading ${point.id}`, point.size.stored);
  const damages: Damage[] = [];
  try {
    for (const file of point.files) {
      const fact = await damageOf(work, point, file, (bytes) => step.advance(bytes));
      if (fact !== null) damages.push({ what: keyOf(work, point, file), fact });
    }
  } finally {
    step.end();
  }
  return damages;
}

async function damageOf(
  work: Work,
  point: Manifest,
  file: StoredFile,
  onBytes: (bytes: number) => void,
): Promise<string | null> {
  const key = keyOf(work, point, file);
  const found = await work.vault.head(key);
  if (found === null) return 'it is missing';
  if (found.size !== file.size) return `it has ${String(found.size)} bytes instead of ${String(file.size)}`;
  const hashing = new Hashing();
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      onBytes(chunk.length);
      done();
    },
  });
  await pipeline(await work.vault.get(key, work.signal), hashing, sink, { signal: work.signal });
  return hashing.digest() === file.sha256 ? null : 'its SHA-256 is not the one that was written';
}
