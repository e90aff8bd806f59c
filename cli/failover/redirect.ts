import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { storeClient, writeFailure, type Place } from '../../scripts/control/store';
import type { Takeover } from './takeover';

const patience = duration('30s');

/** Where anybody can see the signal object: the region's own store, or the endpoint that stands for it. */
export function signalUrl(region: string, bucket: string, key: string): string {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? '';
  return endpoint === ''
    ? `https://${bucket}.s3.${region}.amazonaws.com/${key}`
    : `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
}

/** Sends the guests here: one write in this region's object store, and no control plane. */
export async function redirect({ contract, journal, signal }: Takeover): Promise<string> {
  const { region, bucket, key } = contract.signal;
  const { incident, epoch } = journal.record;
  const client = storeClient(region);
  try {
    await put(client, { region, bucket, key }, JSON.stringify({ incident, epoch, at: new Date().toISOString() }));
  } finally {
    client.destroy();
  }
  const url = signalUrl(region, bucket, key);
  const deadline = Date.now() + patience.ms;
  for (;;) {
    const status = await statusOf(url);
    if (status === 200) return `${url} can be read`;
    if (Date.now() > deadline) throw unreadable(url, status);
    await pause(300, undefined, { signal });
  }
}

async function put(client: S3Client, { region, bucket, key }: Place, content: string): Promise<void> {
  try {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
    );
  } catch (error) {
    throw writeFailure({ region, bucket, key }, error);
  }
}

/** Without credentials, as the health checkers read it. @returns 0 when nobody answers. */
async function statusOf(url: string): Promise<number> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    await answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

function unreadable(url: string, status: number): AgenteError {
  const how = status === 0 ? 'nobody answers' : `answer ${String(status)}`;
  return new AgenteError(
    'smoke-test-failed',
    `the signal object is written, but cannot be read without credentials: ${url}: ${how}`,
    'Check the policy and the public access block of the signal bucket, then run the command again.',
  );
}
