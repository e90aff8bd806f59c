import { readdir, stat, unlink } from 'node:fs/promises';
import * as path from 'node:path';
import { isCode } from './folder-failure';

/** Names under which a vault in a folder writes before it shows. */
const form = /^\.(?:part-|lock-.+\.)[0-9a-f]{12}$/;

/**
 * Removes what killed runs were writing: no list shows it, and it may be as large as a recovery point.
 * @param before whatever was still written to later may be somebody's work.
 */
export async function removeDrafts(folder: string, before: Date): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  for (const entry of entries) {
    if (!entry.isFile() || !form.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await stat(file).catch(() => null);
    if (found === null || found.mtime >= before) continue;
    await unlink(file).catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error;
    });
  }
}
