import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Manifest, StoredFile } from '../../catalogue/manifest';
import { keysOf } from '../../vault/keys';
import type { Work } from '../engine';
import { openText } from './archive';
import { stanza } from './pgbackrest-config';
import { repositoryFolder, repositoryKey } from './repository-place';

const backupFolder = (label: string): string => `backup/${stanza}/${label}`;

/**
 * The one file of a backup that our manifest pins: pgBackRest's own manifest, by SHA-256, as it lies in the
 * vault. It holds the SHA-1 of every stored file, so each flip in one is found by it; reading everything back
 * to hash it anew would cost more than the twentieth of the time that a backup may take longer than the raw tool.
 */
export async function storedManifest(label: string, passphrase: string, work: Work): Promise<StoredFile> {
  const path = `${repositoryFolder}/${backupFolder(label)}/backup.manifest`;
  const key = `${keysOf(work.catalogue.dataset, work.lineage).root}/${path}`;
  const content = await buffer(await work.vault.get(key, work.signal));
  // What cannot be opened now is no backup.
  await backupPassphrase(work.lineage, passphrase, work);
  return { path, size: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

/** A run of bytes in a file of the repository, which is one file of the server. */
export interface StoredPiece {
  /** Of the server's file. */
  readonly name: string;
  readonly at: number;
  readonly size: number;
  /** Of the stored bytes. */
  readonly sha1: string;
}

interface FileLine {
  readonly reference?: string;
  readonly bni?: number;
  readonly bno?: number;
  readonly 'repo-size'?: number;
  readonly size: number;
  readonly rck?: string;
  readonly checksum?: string;
}

/** What a backup itself stored, by key; what it took over from an earlier one is that one's. */
export async function storedPieces(
  point: Manifest,
  passphrase: string,
  work: Pick<Work, 'vault' | 'catalogue' | 'signal'>,
): Promise<Map<string, StoredPiece[]>> {
  const label = point.positions['label'] ?? '';
  const folder = `${repositoryKey(work.catalogue.dataset, point.lineage)}/${backupFolder(label)}`;
  const inner = await backupPassphrase(point.lineage, passphrase, work);
  const lines = (await openText(`${folder}/backup.manifest`, inner, work)).split('\n');
  const compression = lines.some((line) => line === 'option-compress-type="zst"') ? '.zst' : '';
  const pieces = new Map<string, StoredPiece[]>();
  for (const line of lines.slice(lines.indexOf('[target:file]') + 1)) {
    if (line === '') break;
    const at = line.indexOf('={');
    const name = line.slice(0, at);
    const file = JSON.parse(line.slice(at + 1)) as FileLine;
    const sha1 = file.rck ?? file.checksum;
    if (file.reference !== undefined || file.size === 0 || sha1 === undefined) continue;
    const inBundle = file.bni !== undefined;
    const key = `${folder}/${inBundle ? `bundle/${file.bni}` : name + compression}`;
    const piece = { name, at: file.bno ?? 0, size: file['repo-size'] ?? file.size, sha1 };
    pieces.set(key, [...(pieces.get(key) ?? []), piece]);
  }
  for (const list of pieces.values()) list.sort((a, b) => a.at - b.at);
  return pieces;
}

async function backupPassphrase(
  lineage: string,
  passphrase: string,
  work: Pick<Work, 'vault' | 'catalogue' | 'signal'>,
): Promise<string> {
  const root = `${repositoryKey(work.catalogue.dataset, lineage)}/backup/${stanza}`;
  const content = await openText(`${root}/backup.info`, passphrase, work).catch(() =>
    openText(`${root}/backup.info.copy`, passphrase, work),
  );
  return /^cipher-pass="(.*)"$/m.exec(content)?.[1] ?? '';
}
