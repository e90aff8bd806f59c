import type { S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { RestoreWindow } from './database-engine';
import { getObject, putObject } from './stored-objects';

const windowSchema = z.strictObject({ earliest: z.iso.datetime(), latest: z.iso.datetime() });

/** Where the store itself says how far its backups of a database reach: what is copied elsewhere takes it along. */
export const windowKey = (archive: string): string => `${archive}/window.json`;

export async function publishWindow(
  store: S3Client,
  bucket: string,
  archive: string,
  window: RestoreWindow,
): Promise<void> {
  await putObject(store, bucket, windowKey(archive), JSON.stringify(window));
}

export function parseWindow(content: Buffer): RestoreWindow {
  const { earliest, latest } = windowSchema.parse(JSON.parse(content.toString()));
  return { earliest: new Date(earliest), latest: new Date(latest) };
}

/** Null before the first backup. */
export async function readWindow(store: S3Client, bucket: string, archive: string): Promise<RestoreWindow | null> {
  const found = await getObject(store, bucket, windowKey(archive)).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NoSuchKey') return null;
    throw error;
  });
  return found === null ? null : parseWindow(found);
}
