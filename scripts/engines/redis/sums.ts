import * as fs from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { z } from 'zod';
import { giveToServerUser } from '../../programs/server-programs';
import type { Damage } from '../engine';
import { hashOf } from '../points/restored-files';
import type { FileNames } from './live-server';

/** What a restore made, as it made it: no tool of Redis sees a flipped byte in a value of the append-only file. */
const file = 'agente-restored.json';
const schema = z.strictObject({
  names: z.strictObject({ dump: z.string(), appendFolder: z.string(), appendFile: z.string() }),
  sums: z.record(z.string(), z.string()),
});
export type Restored = z.infer<typeof schema>;

async function stateFiles(folder: string, names: FileNames): Promise<string[]> {
  const appended = await readdir(path.join(folder, names.appendFolder));
  return [names.dump, ...appended.map((name) => path.join(names.appendFolder, name))];
}

/** Hashes that were taken as the files came in: none of them is read a second time. */
export type KnownSums = Readonly<Record<string, string>>;

/** @param folder where the state lies. @param place where the record goes. */
export async function recordSums(folder: string, place: string, names: FileNames, known: KnownSums): Promise<void> {
  const files = await stateFiles(folder, names);
  const hashed = await Promise.all(
    files.map(async (name) => [name, known[name] ?? (await hashOf(path.join(folder, name)))] as const),
  );
  const sums = Object.fromEntries(hashed);
  await writeFile(path.join(place, file), JSON.stringify({ names, sums } satisfies Restored), { mode: 0o600 });
  giveToServerUser(path.join(place, file));
}

export async function readRestored(folder: string): Promise<Restored> {
  return schema.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
}

export async function changedFiles(folder: string, { sums }: Restored): Promise<Damage[]> {
  const damages: Damage[] = [];
  for (const [name, sum] of Object.entries(sums)) {
    const place = path.join(folder, name);
    const fact = !fs.existsSync(place)
      ? 'it is missing'
      : (await hashOf(place)) === sum
        ? null
        : 'its SHA-256 is not the one of what was restored';
    if (fact !== null) damages.push({ what: name, fact });
  }
  return damages;
}

export const isRecord = (name: string): boolean => name === file;
