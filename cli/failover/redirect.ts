import { DeleteObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { setTimeout as pause } from 'node:timers/promises';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { storeClient, writeFailure } from '../../scripts/control/store';
import type { Takeover } from './takeover';

const patience = duration('30s');
/** What S3 answers for an object that is not there: 403 to whom it does not show its lists. */
const missing: readonly number[] = [403, 404];

/** Where anybody can see the signal object: the region's own store, or the endpoint that stands for it. */
export function signalUrl(region: string, bucket: string, key: string): string {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? '';
  return endpoint === ''
    ? `https://${bucket}.s3.${region}.amazonaws.com/${key}`
    : `${endpoint.replace(/\/$/, '')}/${bucket}/${key}`;
}

/**
 * Sends the guests here: one request to the object store of the dr region, and no control plane. The
 * object takes them to dr; without it they are at primary.
 */
export async function redirect(takeover: Takeover): Promise<string> {
  const { contract, ground, signal } = takeover;
  const { region, bucket, key } = contract.signal;
  const back = ground.to === 'primary';
  const client = storeClient(region);
  try {
    await (back ? takeAway(client, takeover) : put(client, takeover));
  } finally {
    client.destroy();
  }
  const url = signalUrl(region, bucket, key);
  const deadline = Date.now() + patience.ms;
  for (;;) {
    const status = await statusOf(url);
    if (back ? missing.includes(status) : status === 200) return back ? `${url} is gone` : `${url} can be read`;
    if (Date.now() > deadline) throw back ? notGone(url, status) : unreadable(url, status);
    await pause(300, undefined, { signal });
  }
}

async function put(client: S3Client, { contract, journal }: Takeover): Promise<void> {
  const { bucket, key } = contract.signal;
  const { incident, epoch } = journal.record;
  const content = JSON.stringify({ incident, epoch, at: new Date().toISOString() });
  try {
    await client.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
    );
  } catch (error) {
    throw writeFailure(contract.signal, error);
  }
}

/** S3 answers the same where there is nothing to delete. */
async function takeAway(client: S3Client, { contract }: Takeover): Promise<void> {
  const { region, bucket, key } = contract.signal;
  try {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  } catch (error) {
    throw new AgenteError(
      'store-unreachable',
      `cannot delete ${key} from ${bucket} in ${region}: ${error instanceof Error ? error.message : String(error)}`,
      'While nobody can read it, guests arrive here; once that region answers, it would lead them away again. ' +
        'Run the command again until this step is done.',
      { cause: error },
    );
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

const how = (status: number): string => (status === 0 ? 'nobody answers' : `answer ${String(status)}`);

function unreadable(url: string, status: number): AgenteError {
  return new AgenteError(
    'smoke-test-failed',
    `the signal object is written, but cannot be read without credentials: ${url}: ${how(status)}`,
    'Check the policy and the public access block of the signal bucket, then run the command again.',
  );
}

function notGone(url: string, status: number): AgenteError {
  return new AgenteError(
    'smoke-test-failed',
    `the signal object is deleted, and it is not seen that it is gone: ${url}: ${how(status)}`,
    'Look at the signal bucket, then run the command again.',
  );
}
