import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import type { RegionContext } from '../supervisor/part';
import { storeClient, storePort } from './store-client';

/** The bucket of the service itself: as in RDS the account does not see it. */
export function backupBucket(region: string): string {
  return `rds-automated-backups-${region}`;
}

/** What closes the backups of this region's databases before they go to the store, which keeps what it gets in the clear. */
export function backupPassphrase(context: RegionContext): string {
  const known = context.load<string | null>('backup-key', null);
  if (known !== null) return known;
  const made = randomBytes(32).toString('hex');
  context.save('backup-key', made);
  return made;
}

const opened = new WeakSet<RegionContext>();

/** Works with the region's own store, in which the service's bucket is there then. */
export async function withBackupStore<T>(context: RegionContext, work: (store: S3Client) => Promise<T>): Promise<T> {
  const { machine, region, address } = context;
  const store = storeClient(machine, region, { host: address, port: storePort(machine) });
  try {
    if (!opened.has(context)) await createBucket(store, backupBucket(region));
    opened.add(context);
    return await work(store);
  } finally {
    store.destroy();
  }
}

async function createBucket(store: S3Client, bucket: string): Promise<void> {
  await store.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'BucketAlreadyOwnedByYou') throw error;
  });
}
