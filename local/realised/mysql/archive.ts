import type { S3Client } from '@aws-sdk/client-s3';
import type { RegionContext } from '../../supervisor/part';
import { isDue } from '../backup-age';
import { backupBucket, backupPassphrase, withBackupStore } from '../backup-store';
import type { Archive, RestoreWindow } from '../database-engine';
import type { Instance } from '../database-instance';
import { seal } from '../sealed';
import { deleteObject, listObjects, putObject } from '../stored-objects';
import { takeBase } from './base-backup';
import { BinlogReader } from './binlog-reader';
import { keyOfPiece, pieceOfKey } from './log-pieces';
import { baseKey, baseTime, basesPrefix, logPrefix } from './archive-keys';

const dayMs = 86_400_000;

/** Physical copies of one server and its binary log, in the store of its region. */
export class MysqlArchive implements Archive {
  readonly everyMs = 500;
  private readonly bucket: string;
  private reader: BinlogReader | null = null;
  private firstBase: Date | null = null;

  constructor(
    private readonly context: RegionContext,
    private readonly instance: Instance,
  ) {
    this.bucket = backupBucket(context.region);
  }

  tend(retentionDays: number): Promise<void> {
    return withBackupStore(this.context, async (store) => {
      const last = (await this.bases(store)).at(-1) ?? null;
      if (isDue(last)) await this.takeBase(store);
      await this.forget(store, Date.now() - retentionDays * dayMs);
      this.firstBase = (await this.bases(store))[0] ?? null;
    });
  }

  /** Everything that the log held when it was looked at is in the store afterwards. */
  reach(): Promise<RestoreWindow | null> {
    return withBackupStore(this.context, async (store) => {
      this.reader ??= await this.openReader(store);
      const latest = await this.reader.ship(async (piece, bytes) => {
        const key = keyOfPiece(logPrefix(this.instance.archive), piece);
        await putObject(store, this.bucket, key, seal(bytes, backupPassphrase(this.context)));
      });
      return this.firstBase === null ? null : { earliest: this.firstBase, latest };
    });
  }

  private async openReader(store: S3Client): Promise<BinlogReader> {
    const prefix = logPrefix(this.instance.archive);
    const last = (await listObjects(store, this.bucket, prefix)).at(-1);
    return new BinlogReader(this.instance.data, last === undefined ? null : pieceOfKey(prefix, last.key));
  }

  private async bases(store: S3Client): Promise<Date[]> {
    const found = await listObjects(store, this.bucket, basesPrefix(this.instance.archive));
    return found.map(({ key }) => baseTime(key));
  }

  /** Named by a moment after its end, so that nothing in it is newer than its name. */
  private async takeBase(store: S3Client): Promise<void> {
    await takeBase(this.context, this.instance, store, () => baseKey(this.instance.archive, new Date()));
  }

  /** Removes what no recovery within the window needs: it begins with the last copy before the window does. */
  private async forget(store: S3Client, windowStart: number): Promise<void> {
    const first = (await this.bases(store)).filter((base) => base.getTime() <= windowStart).at(-1);
    if (first === undefined) return;
    const prefix = logPrefix(this.instance.archive);
    const [bases, pieces] = await Promise.all([
      listObjects(store, this.bucket, basesPrefix(this.instance.archive)),
      listObjects(store, this.bucket, prefix),
    ]);
    const keep = pieces.map(({ key }) => pieceOfKey(prefix, key)).find(({ before }) => before >= first.getTime());
    const old = [
      ...bases.filter(({ key }) => baseTime(key) < first),
      ...pieces.filter(({ key }) => keep !== undefined && pieceOfKey(prefix, key).file < keep.file),
    ];
    for (const { key } of old) await deleteObject(store, this.bucket, key);
  }
}
