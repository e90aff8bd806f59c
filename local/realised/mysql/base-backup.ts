import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { StoredCopy } from '../../api';
import type { RegionContext } from '../../supervisor/part';
import { backupBucket, backupPassphrase } from '../backup-store';
import type { Instance } from '../database-instance';
import { defaultsOf } from './configuration';
import { administrators, socketOf } from './session';

/** Where a physical copy stands in its server's history. */
export interface BinlogPosition {
  readonly file: string;
  readonly offset: number;
  readonly gtid: string;
}

const cipher = ['enc', '-aes-256-cbc', '-pbkdf2', '-pass', 'env:PASSPHRASE'].join(' ');
/** A copy for a replica may be made while the daily one is. */
const fileOf = (instance: Instance): string => path.join(instance.home, `base-${randomUUID()}`);

/** One after the other as the server user; the first that fails fails all. Backups yield to everything else. */
function chain(context: RegionContext, script: string, words: readonly string[], env: Record<string, string> = {}) {
  return context.run('bash', ['-c', `set -o pipefail; ${script}`, ...words], { env });
}

/** Copies the running server into the store, closed before it goes there. @param keyOf names the copy, once it is made. */
export async function takeBase(
  context: RegionContext,
  instance: Instance,
  store: S3Client,
  keyOf: () => string,
): Promise<StoredCopy> {
  const [bucket, passphrase] = [backupBucket(context.region), backupPassphrase(context)];
  const file = fileOf(instance);
  const backup = [
    'mariadb-backup',
    defaultsOf(instance),
    '--backup',
    '--stream=mbstream',
    `--target-dir=${instance.home}`,
    `--socket=${socketOf(instance)}`,
    `--user=${administrators().at(-1) ?? ''}`,
  ];
  try {
    const script = `nice -n 10 "$@" | nice -n 10 gzip -1 | openssl ${cipher} > "$0"`;
    await chain(context, script, [file, ...backup], { PASSPHRASE: passphrase });
    const key = keyOf();
    const content = { Body: fs.createReadStream(file), ContentLength: fs.statSync(file).size };
    await store.send(new PutObjectCommand({ Bucket: bucket, Key: key, ...content }));
    return { bucket, key, passphrase };
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Makes an instance's files from a copy in a store, as they stood at the copy's end. */
export async function fetchBase(context: RegionContext, instance: Instance, store: S3Client, from: StoredCopy) {
  const file = fileOf(instance);
  const { Body } = await store.send(new GetObjectCommand({ Bucket: from.bucket, Key: from.key }));
  await pipeline(Body as Readable, fs.createWriteStream(file, { mode: 0o644 }));
  const script = `mkdir -m 700 "$1" && openssl ${cipher} -d < "$0" | gzip -d | mbstream -x -C "$1"`;
  await chain(context, script, [file, instance.data], { PASSPHRASE: from.passphrase });
  fs.rmSync(file);
  await context.run('mariadb-backup', [defaultsOf(instance), '--prepare', `--target-dir=${instance.data}`]);
}

/** @throws Error when the files do not come from a copy. */
export function positionOf(instance: Instance): BinlogPosition {
  const text = fs.readFileSync(path.join(instance.data, 'xtrabackup_binlog_info'), 'utf8');
  const [file, offset, gtid = ''] = text.trim().split('\t');
  if (file === undefined || offset === undefined) throw new Error(`no position in the log: ${text}`);
  return { file, offset: Number(offset), gtid };
}
