import type { Readable } from 'node:stream';
import { AgenteError } from '../../recovery/errors';
import { filter } from '../programs/filter';

/** Level 1 keeps up with a disk; higher ones make a backup slower than the server that it copies. */
export const compress = (content: Readable, signal?: AbortSignal): Readable =>
  filter('zstd', ['-q', '-c', '-1', '-T0', '--check'], content, { signal });

/** @throws AgenteError restore-damaged, through the stream, for content that is cut off or changed. */
export const decompress = (content: Readable, signal?: AbortSignal): Readable =>
  filter('zstd', ['-q', '-d', '-c'], content, {
    signal,
    failure: ({ stderr }) =>
      new AgenteError('restore-damaged', `zstd: ${stderr.trim()}`, 'Restore from another recovery point.'),
  });
