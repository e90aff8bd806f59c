import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, open, readdir, readFile, stat, unlink, link, rename } from 'node:fs/promises';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../recovery/errors';
import { folderFailure, isCode } from './folder-failure';
import { withFolderLock } from './folder-lock';
import { Hashing } from './hashing';
import { checkKey } from './keys';
import type { Listed, RecordCondition, Vault, VaultPlace, VaultRecord, Written } from './vault';

const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A vault in a folder: a disk of its own, or one that many hosts mount. */
export class FolderVault implements Vault {
  readonly place: VaultPlace;

  constructor(private readonly root: string) {
    this.place = { kind: 'folder', path: root };
  }

  async put(key: string, content: Readable, signal?: AbortSignal): Promise<Written> {
    const draft = await this.draftFor(key);
    const hashing = new Hashing();
    try {
      await pipeline(content, hashing, fs.createWriteStream(draft, { flags: 'wx', mode: 0o600 }), { signal });
      await settle(draft);
      // A link, unlike a rename, refuses a name that is taken.
      await link(draft, this.fileOf(key));
      await settle(path.dirname(draft));
    } catch (error) {
      throw this.failure('write', key, error);
    } finally {
      await unlink(draft).catch(() => undefined);
    }
    return { key, size: hashing.bytes, sha256: hashing.digest() };
  }

  async get(key: string, signal?: AbortSignal): Promise<Readable> {
    try {
      const handle = await open(this.fileOf(key), 'r');
      return handle.createReadStream({ highWaterMark: 1024 * 1024, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw this.failure('read', key, error);
    }
  }

  async head(key: string): Promise<Listed | null> {
    try {
      const found = await stat(this.fileOf(key));
      return found.isFile() ? { key, size: found.size, modified: found.mtime } : null;
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR')) return null;
      throw this.failure('look at', key, error);
    }
  }

  async list(prefix: string, after = ''): Promise<Listed[]> {
    const folder = path.join(this.root, prefix.slice(0, prefix.lastIndexOf('/') + 1));
    try {
      const names = await readdir(folder, { recursive: true, withFileTypes: true });
      const keys = names
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => path.relative(this.root, path.join(entry.parentPath, entry.name)))
        .filter((key) => key.startsWith(prefix) && key > after)
        .sort();
      const found = await Promise.all(keys.map((key) => this.head(key)));
      return found.filter((entry) => entry !== null);
    } catch (error) {
      if (isCode(error, 'ENOENT') && fs.existsSync(this.root)) return [];
      throw this.failure('list', prefix, error);
    }
  }

  async folders(prefix: string): Promise<string[]> {
    try {
      const entries = await readdir(path.join(this.root, prefix), { withFileTypes: true });
      return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
    } catch (error) {
      if (isCode(error, 'ENOENT') && fs.existsSync(this.root)) return [];
      throw this.failure('list', prefix, error);
    }
  }

  async readRecord(key: string): Promise<VaultRecord | null> {
    try {
      const text = await readFile(this.fileOf(key), 'utf8');
      return { text, version: versionOf(text) };
    } catch (error) {
      if (isCode(error, 'ENOENT', 'ENOTDIR') && fs.existsSync(this.root)) return null;
      throw this.failure('read', key, error);
    }
  }

  async writeRecord(key: string, text: string, condition: RecordCondition): Promise<string | null> {
    const draft = await this.draftFor(key);
    const file = this.fileOf(key);
    try {
      await fs.promises.writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true });
      const written = await withFolderLock(file, async () => {
        const before = await this.readRecord(key);
        if (condition === 'absent' ? before !== null : before?.version !== condition.over) return false;
        await rename(draft, file);
        return true;
      });
      if (written) await settle(path.dirname(file));
      return written ? versionOf(text) : null;
    } catch (error) {
      throw this.failure('write', key, error);
    } finally {
      await unlink(draft).catch(() => undefined);
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await unlink(this.fileOf(key));
      await settle(path.dirname(this.fileOf(key)));
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw this.failure('remove', key, error);
    }
  }

  close(): void {
    // A folder holds nothing open.
  }

  private fileOf(key: string): string {
    checkKey(key);
    return path.join(this.root, key);
  }

  /** A name beside the final one that no list shows. */
  private async draftFor(key: string): Promise<string> {
    const file = this.fileOf(key);
    // A vault that is not mounted must not come into being on the disk of the server that it protects.
    if (!fs.existsSync(this.root)) throw this.away();
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw this.failure('write', key, error);
    }
    return path.join(path.dirname(file), `.part-${randomBytes(6).toString('hex')}`);
  }

  private failure(what: string, key: string, error: unknown): Error {
    if (isCode(error, 'ENOENT', 'ENOTDIR') && !fs.existsSync(this.root)) return this.away();
    return folderFailure(`cannot ${what} ${key} in ${this.root}`, error);
  }

  private away(): AgenteError {
    return new AgenteError(
      'store-unreachable',
      `the vault ${this.root} is not there`,
      'Mount it, or make the folder, then run the command again.',
    );
  }
}

/** What was written survives a power cut from here on. */
async function settle(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
