import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';

export interface StoredObject {
  readonly key: string;
  readonly etag: string;
}

/** All objects under a prefix, in the order of their keys. */
export async function listObjects(store: S3Client, bucket: string, prefix: string): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const page of paginateListObjectsV2({ client: store }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key, ETag } of page.Contents ?? []) if (Key !== undefined) found.push({ key: Key, etag: ETag ?? '' });
  }
  return found;
}

export async function getObject(store: S3Client, bucket: string, key: string): Promise<Buffer> {
  const { Body } = await store.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  if (Body === undefined) throw new Error(`${bucket}/${key} has no content`);
  return Buffer.from(await Body.transformToByteArray());
}

export async function putObject(store: S3Client, bucket: string, key: string, content: Buffer | string): Promise<void> {
  await store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
}

export async function deleteObject(store: S3Client, bucket: string, key: string): Promise<void> {
  await store.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}

/** Copies an object from one store to another, as it flows. */
export async function copyObject(
  [source, from]: readonly [S3Client, string],
  [destination, to]: readonly [S3Client, string],
  key: string,
): Promise<void> {
  const { Body, ContentLength } = await source.send(new GetObjectCommand({ Bucket: from, Key: key }));
  if (Body === undefined || ContentLength === undefined) throw new Error(`${from}/${key} has no content`);
  await destination.send(new PutObjectCommand({ Bucket: to, Key: key, Body, ContentLength }));
}
