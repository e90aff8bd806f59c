import type { FileHandle } from 'node:fs/promises';

const chunkBytes = 1024 * 1024;

/**
 * The first bytes of an open file, or as many as there are. Unlike a stream of the handle it leaves the handle
 * open, also when whoever reads gives up.
 */
export async function* bytesOf(handle: FileHandle, size: number, signal?: AbortSignal): AsyncGenerator<Buffer> {
  for (let at = 0; at < size;) {
    signal?.throwIfAborted();
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
