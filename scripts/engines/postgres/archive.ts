import * as fs from 'node:fs';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../../recovery/errors';
import type { Damage, Work } from '../engine';
import { stanza } from './pgbackrest-config';
import { RepositoryDecipher } from './repository-cipher';
import { repositoryKey } from './repository-place';
import { parseHistory, parseSegment, segmentName, type Fork } from './wal';

/** One piece of the log as it lies in the repository; its name says what its content hashes to. */
export interface ArchivedSegment {
  readonly name: string;
  /** Key in the vault; null for a plain segment in a folder of this machine. */
  readonly key: string | null;
  readonly file: string | null;
  /** SHA-1 of the content, before it was compressed and closed; null where nobody noted it. */
  readonly sha1: string | null;
  /** Bytes, as stored. */
  readonly size: number;
}

type Reading = Pick<Work, 'vault' | 'catalogue' | 'signal'>;

const segmentForm = /\/([0-9A-F]{24})-([0-9a-f]{40})(?:\.zst)?$/;
const historyForm = /\/([0-9A-F]{8})\.history$/;

/** What the archive of one lineage holds, as the vault lists it now. */
export class Archive {
  private constructor(
    readonly segments: ReadonlyMap<string, ArchivedSegment>,
    /** Where each time line came from. */
    readonly histories: ReadonlyMap<number, readonly Fork[]>,
    /** History files as they are, by name. */
    readonly historyFiles: ReadonlyMap<string, string>,
    /** What closes the segments. */
    readonly passphrase: string,
    readonly damages: readonly Damage[],
  ) {}

  /** @throws AgenteError key-wrong when the passphrase does not open it. */
  static async read(lineage: string, archiveId: string, passphrase: string, work: Reading): Promise<Archive> {
    const root = `${repositoryKey(work.catalogue.dataset, lineage)}/archive/${stanza}`;
    const inner = await archivePassphrase(root, passphrase, work);
    const segments = new Map<string, ArchivedSegment>();
    const histories = new Map<number, Fork[]>();
    const historyFiles = new Map<string, string>();
    const damages: Damage[] = [];
    for (const { key, size } of await work.vault.list(`${root}/${archiveId}/`)) {
      const [, name, sha1] = segmentForm.exec(key) ?? [];
      if (name !== undefined && sha1 !== undefined) {
        const twin = segments.get(name);
        if (twin !== undefined)
          damages.push({ what: name, fact: `it lies there twice, as ${String(twin.sha1)} and ${sha1}` });
        segments.set(name, { name, key, file: null, sha1, size });
      }
      const [, timeline] = historyForm.exec(key) ?? [];
      if (timeline === undefined) continue;
      const content = await openText(key, inner, work).catch((error: unknown) => unlessDamaged(error, key, damages));
      if (content === null) continue;
      histories.set(Number(`0x${timeline}`), parseHistory(content));
      historyFiles.set(`${timeline}.history`, content);
    }
    return new Archive(segments, histories, historyFiles, inner, damages);
  }

  /** With what a folder holds beyond the archive: segments as the server finished them. */
  withFolder(folder: string | null): Archive {
    if (folder === null) return this;
    const segments = new Map(this.segments);
    const histories = new Map(this.histories);
    const historyFiles = new Map(this.historyFiles);
    for (const name of fs.readdirSync(folder)) {
      const file = path.join(folder, name);
      if (/^[0-9A-F]{24}$/.test(name) && !segments.has(name)) {
        segments.set(name, { name, key: null, file, sha1: null, size: fs.statSync(file).size });
      }
      const [, timeline] = historyForm.exec(`/${name}`) ?? [];
      if (timeline === undefined || historyFiles.has(name)) continue;
      const content = fs.readFileSync(file, 'utf8');
      histories.set(Number(`0x${timeline}`), parseHistory(content));
      historyFiles.set(name, content);
    }
    return new Archive(segments, histories, historyFiles, this.passphrase, this.damages);
  }

  /** The history in force: the newest time line that anything was written on. */
  get newestTimeline(): number {
    const written = [...this.segments.keys()].map((name) => Number(`0x${name.slice(0, 8)}`));
    return [...written, ...this.histories.keys()].reduce((newest, each) => Math.max(newest, each), 1);
  }

  /** Ancestors of a time line and where each was left, oldest first, itself last. */
  forksOf(timeline: number): { timeline: number; left: bigint | null }[] {
    return [...(this.histories.get(timeline) ?? []), { timeline, left: null }];
  }

  /** Highest segment of a time line; null when it has none. */
  highest(timeline: number, segmentSize: number): bigint | null {
    const prefix = segmentName(timeline, 0n, segmentSize).slice(0, 8);
    const numbers = [...this.segments.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => parseSegment(name, segmentSize).number);
    return numbers.reduce<bigint | null>((high, each) => (high === null || each > high ? each : high), null);
  }
}

function unlessDamaged(error: unknown, key: string, damages: Damage[]): null {
  if (error instanceof AgenteError && error.code !== 'key-wrong') throw error;
  damages.push({ what: key, fact: 'it cannot be opened' });
  return null;
}

async function archivePassphrase(root: string, passphrase: string, work: Reading): Promise<string> {
  const failures: unknown[] = [];
  for (const name of ['archive.info', 'archive.info.copy']) {
    try {
      const content = await openText(`${root}/${name}`, passphrase, work);
      const [, inner] = /^cipher-pass="(.*)"$/m.exec(content) ?? [];
      if (inner !== undefined) return inner;
    } catch (error) {
      failures.push(error);
    }
  }
  const failure = failures.find((error) => error instanceof AgenteError && error.code !== 'vault-object-missing');
  if (failure instanceof AgenteError) throw failure;
  throw new AgenteError(
    'backup-damaged',
    `${root}/archive.info is missing, and so is its copy`,
    'Restore from the repository of another lineage.',
  );
}

/** A small file of the repository. @throws AgenteError key-wrong when it does not open. */
export async function openText(key: string, passphrase: string, work: Reading): Promise<string> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  try {
    await pipeline(await work.vault.get(key, work.signal), new RepositoryDecipher(passphrase), sink);
  } catch (error) {
    if (error instanceof AgenteError) throw error;
    throw new AgenteError(
      'key-wrong',
      `the passphrase does not open ${key}, or the file was changed`,
      'Use the age identity of this vault; if it is, restore from another lineage.',
      { cause: error },
    );
  }
  return Buffer.concat(chunks).toString();
}
