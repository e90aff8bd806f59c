import * as fs from 'node:fs';

/** Longest line that anybody writes here. */
const mostBytes = 64 * 1024;

/**
 * The last whole line of a file, without reading all of it; null when there is none. What a killed writer
 * left without an end is cut off, so that the next line does not grow onto it.
 */
export function lastLine(file: string): string | null {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return null;
  const length = Math.min(size, mostBytes);
  const tail = Buffer.alloc(length);
  const descriptor = fs.openSync(file, 'r+');
  try {
    fs.readSync(descriptor, tail, 0, length, size - length);
    const end = tail.lastIndexOf('\n');
    if (end !== length - 1) fs.ftruncateSync(descriptor, size - length + end + 1);
    if (end === -1) return null;
    return tail.subarray(tail.lastIndexOf('\n', end - 1) + 1, end).toString('utf8');
  } finally {
    fs.closeSync(descriptor);
  }
}
