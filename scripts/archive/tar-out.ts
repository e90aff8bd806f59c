import * as fs from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import { AgenteError } from '../../recovery/errors';
import { bytesOf } from './open-file';

/** One member of an archive: a path below its root with `/`, and where its bytes come from. */
export interface TarMember {
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content:
    | { readonly kind: 'bytes'; readonly bytes: Buffer }
    | { readonly kind: 'file'; readonly path: string }
    /** The first bytes of an open file that may go on growing. */
    | { readonly kind: 'opened'; readonly handle: FileHandle; readonly size: number };
}

interface TarOptions {
  readonly signal?: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

const chunkBytes = 1024 * 1024;

/** An archive of these, in this order, as a stream. What fails on the way fails the stream. */
export function tarOf(members: readonly TarMember[], options: TarOptions = {}): Readable {
  const archive = pack();
  void write(archive, members, options).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  // As Node's own stream: tar-stream's knows no highWaterMark in bytes and fails without a listener.
  return Readable.from(archive, { objectMode: false, highWaterMark: chunkBytes });
}

async function write(archive: Pack, members: readonly TarMember[], options: TarOptions): Promise<void> {
  for (const member of members) {
    options.signal?.throwIfAborted();
    const { content } = member;
    if (content.kind === 'bytes') await writeBytes(archive, member, content.bytes);
    else if (content.kind === 'opened') await writeOpened(archive, member, content, options);
    else {
      const handle = await open(content.path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
      try {
        await writeOpened(archive, member, { handle, size: (await handle.stat()).size }, options);
      } finally {
        await handle.close();
      }
    }
  }
}

function headerOf({ name, mode }: TarMember, size: number) {
  return { name, mode, size, type: 'file' as const, mtime: new Date(0) };
}

function writeBytes(archive: Pack, member: TarMember, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(headerOf(member, bytes.length), bytes, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function writeOpened(
  archive: Pack,
  member: TarMember,
  { handle, size }: { handle: FileHandle; size: number },
  { signal, onBytes }: TarOptions,
): Promise<void> {
  if (size === 0) return writeBytes(archive, member, Buffer.alloc(0));
  const entry = archive.entry(headerOf(member, size));
  let read = 0;
  await pipeline(
    async function* () {
      for await (const chunk of bytesOf(handle, size, signal)) {
        read += chunk.length;
        onBytes?.(chunk.length);
        yield chunk;
      }
      if (read < size) throw shrunk(member.name, size, read);
    },
    entry as unknown as NodeJS.WritableStream,
    { signal },
  );
}

function shrunk(name: string, expected: number, found: number): AgenteError {
  return new AgenteError(
    'source-damaged',
    `${name} became shorter while it was read: ${String(found)} of ${String(expected)} bytes`,
    'Find out what writes there; then take the backup again.',
  );
}
