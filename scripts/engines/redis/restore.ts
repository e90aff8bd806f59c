import * as fs from 'node:fs';
import { chmod, mkdir, readdir, readFile, statfs } from 'node:fs/promises';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AgenteError } from '../../../recovery/errors';
import { fileOf, openSealed } from '../../archive/sealed';
import { untar } from '../../archive/tar-in';
import type { Manifest } from '../../catalogue/manifest';
import { giveToServerUser } from '../../programs/server-programs';
import { Hashing } from '../../vault/hashing';
import type { Work } from '../engine';
import { loadedFiles, parseAppendOnlyManifest } from './append-only-manifest';
import { fetchKeys } from './fetch-keys';
import type { FileNames } from './live-server';
import { storedNames } from './stored-names';
import { recordSums, type KnownSums } from './sums';
import { ThrowAwayServer } from './throw-away-server';
import { beginUnfinished, finish, incoming } from './unfinished';

/**
 * Makes a folder that a server opens with and without an append-only file: with `appendonly yes` Redis
 * starts empty beside a dump that has no append-only folder, and says nothing.
 */
export async function restoreState(point: Manifest, folder: string, work: Work): Promise<void> {
  const names = namesOf(point);
  await checkRoom(point, folder);
  await beginUnfinished(folder, names);
  const place = incoming(folder);
  let known: KnownSums = {};
  if (point.method === 'rdb') known = await fetchDump(point, place, names, work);
  else if (point.method === 'keys') await fetchKeys(point, place, names, work);
  else await fetchAppendOnly(point, place, names, work);
  await complete(place, names, point.method === 'aof', work);
  await recordSums(place, folder, names, known);
  await finish(folder, names);
}

export function namesOf({ positions }: Manifest): FileNames {
  const name = (key: string, otherwise: string): string => path.basename(positions[key] ?? otherwise);
  return {
    dump: name('dump', 'dump.rdb'),
    appendFolder: name('appendFolder', 'appendonlydir'),
    appendFile: name('appendFile', 'appendonly.aof'),
  };
}

/** The state comes in, and is written once more in the other form. */
async function checkRoom(point: Manifest, folder: string): Promise<void> {
  let existing = folder;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  if (bavail * bsize >= 2 * point.size.data) return;
  throw new AgenteError(
    'disk-full',
    `${existing} has room for ${String(bavail * bsize)} bytes, the restore of ${point.id} needs ${String(2 * point.size.data)}`,
    'Make room there, or restore into a folder on another disk.',
  );
}

/** The server that opens it next checks it as redis-check-rdb would. @returns its hash, as it came in. */
async function fetchDump(point: Manifest, place: string, names: FileNames, work: Work): Promise<KnownSums> {
  const file = path.join(place, names.dump);
  const step = work.progress.begin(`fetching ${point.id}`, point.size.data);
  const hashing = new Hashing();
  try {
    const content = openSealed(work, point, fileOf(point, storedNames.rdb));
    hashing.on('data', (chunk: Buffer) => step.advance(chunk.length));
    await pipeline(content, hashing, fs.createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal: work.signal });
  } finally {
    step.end();
  }
  giveToServerUser(file);
  return { [names.dump]: hashing.digest() };
}

async function fetchAppendOnly(point: Manifest, place: string, names: FileNames, work: Work): Promise<void> {
  const folder = path.join(place, names.appendFolder);
  await mkdir(folder, { mode: 0o700 });
  const step = work.progress.begin(`fetching ${point.id}`, point.size.data);
  try {
    await untar(openSealed(work, point, fileOf(point, storedNames.aof)), folder, {
      limits: { files: 1_000, bytes: point.size.data + 1024 * 1024 },
      what: point.id,
      signal: work.signal,
      onBytes: (bytes) => step.advance(bytes),
    });
  } finally {
    step.end();
  }
  await checkComplete(point, folder, names);
  for (const name of await readdir(folder)) giveToServerUser(path.join(folder, name));
  giveToServerUser(folder);
}

async function checkComplete(point: Manifest, folder: string, { appendFile }: FileNames): Promise<void> {
  const manifest = `${appendFile}.manifest`;
  const there = new Set(await readdir(folder));
  if (!there.has(manifest)) throw damaged(point, `${manifest} is missing`);
  const listed = loadedFiles(parseAppendOnlyManifest(await readFile(path.join(folder, manifest), 'utf8')));
  const missing = listed.find(({ name }) => !there.has(name));
  if (missing !== undefined) throw damaged(point, `${missing.name} is missing`);
}

/** A server reads the one form and writes the other. */
async function complete(place: string, names: FileNames, appendOnly: boolean, work: Work): Promise<void> {
  const server = await ThrowAwayServer.start({ data: place, names, appendOnly, asReplica: true, signal: work.signal });
  const step = work.progress.begin('writing the other form of the state', null);
  try {
    if (appendOnly) await server.client.sendCommand(['SAVE']);
    else await beginAppendOnly(server, work.signal);
  } finally {
    step.end();
    await server.close();
  }
  await chmod(path.join(place, names.dump), 0o600);
}

async function beginAppendOnly(server: ThrowAwayServer, signal: AbortSignal): Promise<void> {
  await server.client.sendCommand(['CONFIG', 'SET', 'appendonly', 'yes']);
  await server.until(async () => {
    const now = await server.information('persistence');
    if (now.get('aof_last_bgrewrite_status') !== 'ok') {
      const hint = 'Make room on its disk; then run the restore again.';
      throw new AgenteError('disk-full', 'redis could not begin an append-only file', hint);
    }
    return ['aof_rewrite_in_progress', 'aof_rewrite_scheduled'].every((name) => now.get(name) === '0');
  }, signal);
}

function damaged(point: Manifest, fact: string): AgenteError {
  return new AgenteError('restore-damaged', `${point.id}: ${fact}`, 'Restore from another recovery point.');
}
