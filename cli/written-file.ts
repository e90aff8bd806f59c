import * as fs from 'node:fs';
import { AgenteError, type ErrorCode } from '../recovery/errors';

const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
};

/**
 * Writes a file in one step: a reader sees all of it or nothing. A pipe or a device is written to directly.
 * @throws AgenteError permission-denied, disk-full, else argument-invalid
 */
export function writeWhole(file: string, content: string): void {
  const draft = `${file}.${String(process.pid)}.draft`;
  try {
    if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
      fs.writeFileSync(file, content);
      return;
    }
    fs.writeFileSync(draft, content);
    fs.renameSync(draft, file);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new AgenteError(
      codes[code] ?? 'argument-invalid',
      `${file} cannot be written: ${message}`,
      'Name a file in a folder that is there, may be written to, and has room.',
      { cause: error },
    );
  }
}
