import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';

/** Metadata of a replica: the id of its source version, because ids differ between stores. */
const sourceVersionKey = 'agente-source-version';

/** Above this an object is streamed instead of read whole. */
const wholeBytes = 8 * 1024 * 1024;

export interface Place {
  readonly store: S3Client;
  readonly bucket: string;
}

export interface Version {
  readonly key: string;
  /** Sorts by the time of writing: versitygw's ids are ULIDs. */
  readonly id: string;
  readonly marker: boolean;
  readonly writtenAt: Date;
}

type Page = ListObjectVersionsCommandOutput;
type Found = Pick<ObjectVersion, 'Key' | 'VersionId' | 'LastModified'>;

function read(found: Found, marker: boolean): Version {
  return { key: found.Key ?? '', id: found.VersionId ?? 'null', marker, writtenAt: found.LastModified ?? new Date(0) };
}

/** All versions and delete markers under a prefix, page by page. */
export async function* listVersions({ store, bucket }: Place, prefix = ''): AsyncGenerator<Version[]> {
  let next: Pick<Page, 'NextKeyMarker' | 'NextVersionIdMarker'> = {};
  do {
    const page: Page = await store.send(
      new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        KeyMarker: next.NextKeyMarker,
        VersionIdMarker: next.NextVersionIdMarker,
      }),
    );
    yield [
      ...(page.Versions ?? []).map((found) => read(found, false)),
      ...(page.DeleteMarkers ?? []).map((found) => read(found, true)),
    ];
    next = page;
  } while (next.NextKeyMarker !== undefined && next.NextKeyMarker !== '');
}

/** Versions of one key, the oldest first. */
export async function versionsOf(place: Place, key: string): Promise<Version[]> {
  const found: Version[] = [];
  for await (const page of listVersions(place, key)) found.push(...page.filter((version) => version.key === key));
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function lockOf({ store, bucket }: Place, version: Version) {
  try {
    const answer = await store.send(
      new GetObjectRetentionCommand({ Bucket: bucket, Key: version.key, VersionId: version.id }),
    );
    const { Mode, RetainUntilDate } = answer.Retention ?? {};
    return Mode === undefined || RetainUntilDate === undefined
      ? {}
      : { ObjectLockMode: Mode, ObjectLockRetainUntilDate: RetainUntilDate };
  } catch (error) {
    // No lock on the object, or none on the bucket.
    const code = error instanceof Error ? error.name : '';
    if (['NoSuchObjectLockConfiguration', 'ObjectLockConfigurationNotFoundError', 'InvalidRequest'].includes(code))
      return {};
    throw error;
  }
}

/** Copies one version with its type, metadata and lock. A version that is itself a replica stays where it is. */
export async function copyVersion(from: Place, to: Place, version: Version): Promise<void> {
  const source = await from.store.send(
    new GetObjectCommand({ Bucket: from.bucket, Key: version.key, VersionId: version.id }),
  );
  if (source.Metadata?.[sourceVersionKey] !== undefined) {
    await source.Body?.transformToByteArray();
    return;
  }
  const length = source.ContentLength ?? 0;
  const whole = length > wholeBytes ? null : await source.Body?.transformToByteArray();
  // The stream of a source that dies says so to the copy that reads it; nobody else need hear it.
  if (source.Body instanceof Readable) source.Body.on('error', () => undefined);
  const body = whole ?? (source.Body instanceof Readable ? source.Body : '');
  await to.store.send(
    new PutObjectCommand({
      Bucket: to.bucket,
      Key: version.key,
      Body: body,
      ContentLength: length,
      ContentType: source.ContentType,
      Metadata: { ...source.Metadata, [sourceVersionKey]: version.id },
      ...(await lockOf(from, version)),
    }),
  );
}

/**
 * Copies a delete marker unless the key is deleted there already. Markers carry no metadata, so this
 * is also what keeps two buckets that replicate to each other from sending one to and fro for ever.
 */
export async function copyMarker(to: Place, version: Version): Promise<void> {
  const newest = (await versionsOf(to, version.key)).at(-1);
  if (newest?.marker === true) return;
  await to.store.send(new DeleteObjectCommand({ Bucket: to.bucket, Key: version.key }));
}
