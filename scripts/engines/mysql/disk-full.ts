import * as fs from 'node:fs';
import { AgenteError } from '../../../recovery/errors';

const words = /No space left on device|Disk (?:is )?full|OS errno 28|Errcode: 28|error 28\b|ENOSPC/i;
/** What mariadb-binlog says for every reason. */
const cannotWrite = /Could not write into log file/;
const littleBytes = 1024 * 1024;

/** A program's failure as what it is, when it ran out of disk. */
export function asDiskFull(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || (error instanceof AgenteError && error.code === 'disk-full')) return error;
  if (!words.test(error.message) && !(cannotWrite.test(error.message) && isFull(folder))) return error;
  return new AgenteError(
    'disk-full',
    `the disk of ${folder} is full: ${error.message}`,
    'Make room, or name a folder on another disk; then run the command again.',
    { cause: error },
  );
}

function isFull(folder: string): boolean {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize < littleBytes;
}
