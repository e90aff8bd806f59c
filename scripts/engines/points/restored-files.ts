import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import type { Census } from '../../catalogue/census';
import type { Damage } from '../engine';

const room = 'files';
const record = 'agente-restored.json';
const file = z.strictObject({ name: z.string(), mode: z.int(), sha256: z.string() });
const schema = z.strictObject({ files: z.array(file) });
export type RestoredFile = z.infer<typeof file>;

export const filesIn = (folder: string): string => path.join(folder, room);

export async function hashOf(place: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(place, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** An empty room for files. What a run that was killed left is begun anew. @throws AgenteError target-wrong. */
export async function beginFiles(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // Without its record this folder holds nothing that opens: the record is written last.
  if ((await readdir(folder)).some((name) => name !== room)) {
    throw new AgenteError('target-wrong', `${folder} is not empty`, 'Name an empty folder, or one that is not there.');
  }
  await rm(filesIn(folder), { recursive: true, force: true });
  await mkdir(filesIn(folder), { mode: 0o700 });
  return filesIn(folder);
}

/** Last of all: from here on the folder opens. */
export async function endFiles(folder: string, files: readonly { name: string; mode: number }[]): Promise<void> {
  const hashed: RestoredFile[] = [];
  for (const { name, mode } of files) {
    hashed.push({ name, mode, sha256: await hashOf(path.join(filesIn(folder), name)) });
  }
  const draft = path.join(filesIn(folder), `.${record}`);
  await writeFile(draft, JSON.stringify({ files: hashed }), { mode: 0o600 });
  await rename(draft, path.join(folder, record));
}

/** @throws AgenteError restore-damaged for a folder that a restore left before its end. */
export async function restoredFiles(folder: string): Promise<readonly RestoredFile[]> {
  const place = path.join(folder, record);
  if (fs.existsSync(place)) return schema.parse(JSON.parse(await readFile(place, 'utf8'))).files;
  throw new AgenteError('restore-damaged', `${folder} holds no finished restore`, 'Run the restore again.');
}

/** What is no longer as it was restored. */
export async function changedFiles(folder: string, files: readonly RestoredFile[]): Promise<Damage[]> {
  const damages: Damage[] = [];
  for (const { name, sha256 } of files) {
    const place = path.join(filesIn(folder), name);
    if (!fs.existsSync(place)) damages.push({ what: name, fact: 'it is missing' });
    else if ((await hashOf(place)) !== sha256) {
      damages.push({ what: name, fact: 'its SHA-256 is not the one of what was restored' });
    }
  }
  return damages;
}

/** @throws AgenteError restore-damaged for what may not be put in the place of anything. */
export async function unchangedFiles(folder: string): Promise<readonly RestoredFile[]> {
  const files = await restoredFiles(folder);
  const [damage] = await changedFiles(folder, files);
  if (damage === undefined) return files;
  throw new AgenteError('restore-damaged', `${folder}: ${damage.what}: ${damage.fact}`, 'Run the restore again.');
}

export const countOf = (counts: Readonly<Record<string, number>>, at: Date): Census => ({
  version: 1,
  takenAt: at.toISOString(),
  counts: Object.fromEntries(Object.entries(counts).map(([what, count]) => [what, { least: count, most: count }])),
  newest: {},
});
