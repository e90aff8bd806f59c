import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import * as http from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import { RegionRefusal, type RegionCalls } from '../api';
import type { Part, RegionContext, Server } from '../supervisor/part';
import { publicPart } from './public-policy';
import { accountKey, storeClient, storePort } from './store-client';

/** A call of the store in AWS's own words: the SDK's error names are S3's error codes. */
async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || !('$metadata' in error)) throw error;
    throw new RegionRefusal(error.name, error.message);
  }
}

async function emptyBucket(store: S3Client, bucket: string): Promise<void> {
  for (;;) {
    const page = await store.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (found.length === 0) return;
    const answer = await store.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found }, BypassGovernanceRetention: true }),
    );
    const kept = answer.Errors?.[0];
    if (kept !== undefined)
      throw new RegionRefusal(kept.Code ?? 'AccessDenied', `${bucket}/${kept.Key ?? ''}: ${kept.Message ?? ''}`);
  }
}

/** What the provider may do with buckets and objects; everybody else speaks S3. */
function bucketCalls(store: S3Client) {
  const createBucket = async ({ name, objectLock }: RegionCalls['createBucket']['params']) => {
    try {
      await store.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }));
    } catch (error) {
      // A create that a killed engine repeats finds its own bucket.
      if (!(error instanceof Error) || error.name !== 'BucketAlreadyOwnedByYou')
        return asked(Promise.reject(error as Error));
    }
    return {};
  };
  const deleteBucket = async ({ name, force }: RegionCalls['deleteBucket']['params']) => {
    try {
      if (force) await emptyBucket(store, name);
      await store.send(new DeleteBucketCommand({ Bucket: name }));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'NoSuchBucket') return asked(Promise.reject(error as Error));
    }
    return {};
  };
  const setVersioning = async ({ bucket, enabled }: RegionCalls['setVersioning']['params']) => {
    const Status = enabled ? 'Enabled' : 'Suspended';
    await asked(store.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } })));
    return {};
  };
  const setBucketPolicy = async ({ bucket, policy }: RegionCalls['setBucketPolicy']['params']) => {
    const effective = policy === null ? null : publicPart(policy);
    if (effective !== null) await asked(store.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: effective })));
    else await asked(store.send(new DeleteBucketPolicyCommand({ Bucket: bucket })));
    return {};
  };
  const putObject = async ({ bucket, key, content, contentType }: RegionCalls['putObject']['params']) => {
    const type = contentType === null ? {} : { ContentType: contentType };
    const put = await asked(store.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ...type })));
    return { etag: put.ETag ?? '', versionId: put.VersionId ?? '' };
  };
  const deleteObject = async ({ bucket, key }: RegionCalls['deleteObject']['params']) => {
    await asked(store.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    return {};
  };
  return { createBucket, deleteBucket, setVersioning, setBucketPolicy, putObject, deleteObject };
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = https.get(url, { timeout: 1_000 }, (response: http.IncomingMessage) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {
      resolve(false);
    });
  });
}

/** The region's S3: versitygw over a folder, with versioning. Its port is one above the gate's.
 * @param hintUrl who is told of every write; must listen before the store starts. */
export function objectStore(context: RegionContext, hintUrl: () => string): Part<keyof ReturnType<typeof bucketCalls>> {
  const { machine, region, address } = context;
  const port = storePort(machine);
  let server: Server | null = null;
  const folder = (name: string) => context.folder('object-store', name);
  const start = async () => {
    const key = accountKey(machine);
    const tls = (name: string) => path.join(machine.tlsDir, name);
    server = await context.start({
      kind: 'object store',
      name: 's3',
      command: 'versitygw',
      args: [
        '--port',
        `${address}:${String(port)}`,
        '--region',
        region,
        '--health',
        '/healthz',
        '--quiet',
        '--cert',
        tls('server.crt'),
        '--key',
        tls('server.key'),
        '--iam-dir',
        folder('iam'),
        '--event-webhook-url',
        hintUrl(),
        'posix',
        '--versioning-dir',
        folder('versions'),
        folder('data'),
      ],
      env: { ROOT_ACCESS_KEY: key.accessKeyId, ROOT_SECRET_KEY: key.secretAccessKey },
      restart: true,
      ready: () => answers(`https://${address}:${String(port)}/healthz`),
    });
  };
  return {
    calls: bucketCalls(storeClient(machine, region, { host: address, port })),
    start,
    status: () => [
      {
        kind: 'object store',
        name: 's3',
        state: server?.state ?? 'stopped',
        pid: server?.pid ?? null,
        detail: `${address}:${String(port)}`,
      },
    ],
    stop: () => server?.stop() ?? Promise.resolve(),
  };
}
