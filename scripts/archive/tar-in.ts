import * as fs from 'node:fs';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { AgenteError } from '../../recovery/errors';

/** What an archive may hold at most: it comes from a store, and not everybody who writes there is a friend. */
interface TarLimits {
  readonly files: number;
  readonly bytes: number;
}

export interface UnpackedFile {
  /** Relative, with `/`, and below the root. */
  readonly name: string;
  readonly mode: number;
  readonly size: number;
}

export interface UnpackOptions {
  readonly limits: TarLimits;
  /** How the archive is called in an error. */
  readonly what: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

type Take = (file: UnpackedFile, content: NodeJS.ReadableStream) => Promise<void>;

/** An archive ends with two empty blocks. */
const endBytes = 1024;

/**
 * Unpacks an archive into a folder that is there. Every file is 0600, whatever the archive says; its own modes
 * are in the answer.
 * @throws AgenteError restore-damaged for an archive that is cut off, or holds anything else than files and
 * folders below its root. What was unpacked until then stays: the folder is the caller's to remove.
 */
export function untar(content: Readable, folder: string, options: UnpackOptions): Promise<UnpackedFile[]> {
  return readTar(content, options, async ({ name }, bytes) => {
    const place = path.join(folder, name);
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    const counting = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        options.onBytes?.(chunk.length);
        done(null, chunk);
      },
    });
    const file = fs.createWriteStream(place, { flags: 'wx', mode: 0o600 });
    await pipeline(bytes, counting, file, { signal: options.signal });
  });
}

/** The files of a small archive, in memory alone: secrets. @throws AgenteError as untar does. */
export async function untarInMemory(content: Readable, options: UnpackOptions): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  await readTar(content, options, async ({ name }, bytes) => {
    if (files.has(name)) throw refused(options.what, 'a name in it is there twice');
    const chunks: Buffer[] = [];
    for await (const chunk of bytes) chunks.push(chunk as Buffer);
    files.set(name, Buffer.concat(chunks));
  });
  return files;
}

async function readTar(content: Readable, options: UnpackOptions, take: Take): Promise<UnpackedFile[]> {
  const { what, limits, signal } = options;
  const files: UnpackedFile[] = [];
  const ending = new Ending();
  const archive = extract();
  let bytes = 0;
  const reading = async (): Promise<void> => {
    for await (const entry of archive) {
      const { header } = entry;
      const name = nameIn(header, what);
      if (header.type === 'directory') {
        entry.resume();
        continue;
      }
      const file = { name, mode: header.mode & 0o777, size: header.size };
      bytes += file.size;
      if (files.length >= limits.files) throw refused(what, `it holds more than ${String(limits.files)} files`);
      if (bytes > limits.bytes) throw refused(what, `it holds more than ${String(limits.bytes)} bytes`);
      await take(file, entry as unknown as NodeJS.ReadableStream);
      files.push(file);
    }
  };
  const results = await Promise.allSettled([
    reading().catch((error: unknown) => {
      archive.destroy();
      content.destroy();
      throw error;
    }),
    pipeline(content, ending, archive as unknown as NodeJS.WritableStream, { signal }),
  ]);
  const failures = results.flatMap((each) => (each.status === 'rejected' ? [each.reason as Error] : []));
  // Both fail when one does; who found it says what it was.
  const [failure] = [...failures.filter((error) => error instanceof AgenteError), ...failures];
  if (failure !== undefined) throw known(failure, what);
  if (!ending.isWhole) throw refused(what, 'it is cut off');
  return files;
}

function nameIn({ name, type }: Header, what: string): string {
  if (type !== 'file' && type !== 'directory' && type !== 'contiguous-file') {
    throw refused(what, `${JSON.stringify(name)} in it is a ${type}, and only files are taken`);
  }
  const parts = name.split('/').filter((part) => part !== '.' && part !== '');
  const leaves = path.isAbsolute(name) || name.includes('\0') || parts.includes('..');
  if (leaves) throw refused(what, `${JSON.stringify(name)} in it leaves the folder`);
  return parts.join('/');
}

function known(error: Error, what: string): Error {
  if (error instanceof AgenteError) return error;
  if (error.name === 'AbortError') {
    return new AgenteError('cancelled', `unpacking ${what} was stopped`, 'Run the command again.', { cause: error });
  }
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const hint = 'Make room there, then run the command again.';
    return new AgenteError('disk-full', `no room to unpack ${what}`, hint, { cause: error });
  }
  if (code === 'EEXIST') return refused(what, 'a name in it is there twice', error);
  if (code.startsWith('E') && !code.startsWith('ERR_')) return error;
  return refused(what, error.message.toLowerCase(), error);
}

function refused(what: string, why: string, cause?: unknown): AgenteError {
  return new AgenteError('restore-damaged', `${what}: ${why}`, 'Restore from another recovery point.', { cause });
}

/** Remembers the last bytes: an archive that was cut off between two files has no end, and nothing else tells. */
class Ending extends Transform {
  private last = Buffer.alloc(0);

  get isWhole(): boolean {
    return this.last.length === endBytes && this.last.every((byte) => byte === 0);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    const joined = chunk.length >= endBytes ? chunk : Buffer.concat([this.last, chunk]);
    this.last = Buffer.from(joined.subarray(-endBytes));
    done(null, chunk);
  }
}
