import type { S3Client } from '@aws-sdk/client-s3';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { RegionContext } from '../../supervisor/part';
import { giveToServerUser } from '../../../scripts/programs/server-programs';
import { backupBucket, withBackupStore } from '../backup-store';
import type { ArchiveSource } from '../database-engine';
import type { Instance } from '../database-instance';
import { unseal } from '../sealed';
import { getObject, listObjects } from '../stored-objects';
import { baseKey, basesPrefix, baseTime, logPrefix } from './archive-keys';
import { fetchBase, positionOf, type BinlogPosition } from './base-backup';
import { configure } from './configuration';
import { checkConsecutive, checkGapless, keyOfPiece, pieceOfKey, type LogPiece } from './log-pieces';
import { startClosed } from './server';
import { administrators, socketOf } from './session';
import { stopPosition, type StoredLog } from './stop-position';

/** The copy before the target, and on it the log up to the last transaction that belongs to the target. */
export async function restore(
  context: RegionContext,
  instance: Instance,
  source: ArchiveSource,
  target: Date | null,
): Promise<void> {
  configure(instance, false);
  const folder = path.join(instance.home, 'replay');
  fs.mkdirSync(folder, { mode: 0o700 });
  giveToServerUser(folder);
  const files = await withBackupStore(context, async (store) => {
    await fetchBase(context, instance, store, await baseFor(context, store, source, target));
    const logs = await fetchLogs(context, store, source, positionOf(instance).file);
    return planReplay(folder, logs, positionOf(instance), target);
  });
  if (files !== null) await replay(context, instance, files);
  fs.rmSync(folder, { recursive: true });
}

async function baseFor(context: RegionContext, store: S3Client, source: ArchiveSource, target: Date | null) {
  const bucket = backupBucket(context.region);
  const bases = (await listObjects(store, bucket, basesPrefix(source.archive))).map(({ key }) => baseTime(key));
  const base = bases.filter((end) => target === null || end <= target).at(-1);
  if (base === undefined)
    throw new Error(`no copy of ${source.archive} is as old as ${target?.toISOString() ?? 'now'}`);
  return { bucket, key: baseKey(source.archive, base), passphrase: source.passphrase };
}

/** The log from a file on, as it lies in the store. @throws Error when any of it is missing or damaged. */
async function fetchLogs(
  context: RegionContext,
  store: S3Client,
  { archive, passphrase }: ArchiveSource,
  firstFile: string,
): Promise<StoredLog[]> {
  const [bucket, prefix] = [backupBucket(context.region), logPrefix(archive)];
  const all = (await listObjects(store, bucket, prefix)).map(({ key }) => pieceOfKey(prefix, key));
  const byFile = new Map<string, LogPiece[]>();
  for (const piece of all.filter(({ file }) => file >= firstFile)) {
    byFile.set(piece.file, [...(byFile.get(piece.file) ?? []), piece]);
  }
  checkConsecutive(firstFile, [...byFile.keys()]);
  const logs: StoredLog[] = [];
  for (const [file, pieces] of byFile) {
    checkGapless(file, pieces);
    const parts: Buffer[] = [];
    for (const piece of pieces)
      parts.push(unseal(await getObject(store, bucket, keyOfPiece(prefix, piece)), passphrase));
    logs.push({ file, bytes: Buffer.concat(parts), pieces });
  }
  return logs;
}

/** Programs' arguments for what lies between the copy and the target; null when nothing does. */
function planReplay(
  folder: string,
  logs: readonly StoredLog[],
  from: BinlogPosition,
  target: Date | null,
): readonly string[] | null {
  const stop = stopPosition(logs, target);
  if (stop === null || (stop.file === from.file && stop.offset <= from.offset)) return null;
  const used = logs.filter(({ file }) => file <= stop.file);
  const files = used.map(({ file, bytes }) => {
    const name = path.join(folder, file);
    fs.writeFileSync(name, bytes, { mode: 0o600 });
    giveToServerUser(name);
    return name;
  });
  return [`--start-position=${String(from.offset)}`, `--stop-position=${String(stop.offset)}`, ...files];
}

async function replay(context: RegionContext, instance: Instance, words: readonly string[]): Promise<void> {
  const server = await startClosed(context, instance);
  try {
    // Without the check a flipped bit would be replayed.
    const script =
      'set -o pipefail; mariadb-binlog --no-defaults --verify-binlog-checksum "$@" | mariadb --no-defaults --binary-mode --max-allowed-packet=1G --user="$USER_NAME" --socket="$SOCKET"';
    const env = { SOCKET: socketOf(instance), USER_NAME: administrators().at(-1) ?? '' };
    await context.run('bash', ['-c', script, 'replay', ...words], { env });
  } finally {
    await server.stop('SIGTERM', 60_000);
  }
}
