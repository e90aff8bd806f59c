import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Machine } from '../../local/machine';
import { storePort } from '../../local/realised/store-client';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { ask, removeMachine, s3, testMachine } from './support';

const [primary, dr] = ['us-east-1', 'us-west-2'] as const;
const [here, there] = ['vault-here', 'vault-there'] as const;

describe('the object store of a region', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  let stores: { primary: S3Client; dr: S3Client };

  const rule = (destinationBucket: string) => [{ prefix: '', destinationBucket, enabled: true, deleteMarkers: true }];

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    stores = {
      primary: s3(machine, primary, machine.address('global')),
      dr: s3(machine, dr, machine.address('global')),
    };
    await call(primary, 'createBucket', { name: here, objectLock: true });
    await call(dr, 'createBucket', { name: there, objectLock: true });
    await stores.primary.send(new PutObjectCommand({ Bucket: here, Key: 'before-the-rule', Body: 'x' }));
    await call(primary, 'setReplication', { bucket: here, rules: rule(there) });
    await call(dr, 'setReplication', { bucket: there, rules: rule(here) });
  });
  after(() => removeMachine(machine));

  const put = (key: string, body: string | Uint8Array, more: Record<string, unknown> = {}) =>
    stores.primary.send(new PutObjectCommand({ Bucket: here, Key: key, Body: body, ...more }));

  async function versions(store: S3Client, bucket: string, key: string) {
    const page = await store.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }));
    return { versions: page.Versions ?? [], markers: page.DeleteMarkers ?? [] };
  }

  /** Milliseconds until the dr region has that many versions and markers of a key. */
  async function arrival(key: string, count: number, markers = 0): Promise<number> {
    const begin = Date.now();
    for (;;) {
      const found = await versions(stores.dr, there, key);
      if (found.versions.length === count && found.markers.length === markers) return Date.now() - begin;
      if (Date.now() - begin > 15_000) throw new Error(`${key}: ${JSON.stringify(found)}`);
      await pause(10);
    }
  }

  it('takes a bucket that is created again, and rejects one that is not empty when it is deleted', async () => {
    await call(primary, 'createBucket', { name: here, objectLock: true });
    await assert.rejects(call(primary, 'deleteBucket', { name: here, force: false }), { code: 'BucketNotEmpty' });
  });

  it('lets anybody read what a policy opens, and nothing else', async () => {
    await call(dr, 'createBucket', { name: 'signal', objectLock: false });
    await call(dr, 'putObject', { bucket: 'signal', key: 'dr-serves-guests', content: '{}', contentType: null });
    await call(dr, 'putObject', { bucket: 'signal', key: 'other', content: '{}', contentType: null });
    const status = async (key: string) =>
      (await ask(machine, { host: machine.address(dr), port: storePort(machine), path: `/signal/${key}` })).status;
    assert.equal(await status('dr-serves-guests'), 403);
    const statement = (more: object) => ({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', ...more });
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        statement({ Resource: 'arn:aws:s3:::signal/dr-serves-guests' }),
        statement({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Resource: '*',
        }),
      ],
    });
    await call(dr, 'setBucketPolicy', { bucket: 'signal', policy });
    assert.equal(await status('dr-serves-guests'), 200);
    assert.equal(await status('other'), 403);
  });

  it('rejects replication of a bucket without versions', async () => {
    await assert.rejects(call(dr, 'setReplication', { bucket: 'signal', rules: rule(here) }), {
      code: 'InvalidRequest',
    });
  });

  it('copies what is written, later than the distance and soon', async () => {
    await put('warm', 'x');
    await arrival('warm', 1);
    const lags = [];
    for (let index = 0; index < 5; index += 1) {
      await put(`lag/${String(index)}`, 'x');
      lags.push(await arrival(`lag/${String(index)}`, 1));
    }
    assert.ok(Math.min(...lags) >= 40 && Math.max(...lags) < 2_000, `lags ${lags.join(', ')} ms`);
  });

  it('copies a large object whole', async () => {
    const body = new Uint8Array(12 * 1024 * 1024).fill(7);
    await put('large', body);
    await arrival('large', 1);
    const copy = await stores.dr.send(new GetObjectCommand({ Bucket: there, Key: 'large' }));
    assert.ok(Buffer.from((await copy.Body?.transformToByteArray()) ?? []).equals(body));
  });

  it('copies all versions in their order, their locks and the delete marker, and nothing twice', async () => {
    await put('history', 'one', { ContentType: 'text/plain', Metadata: { guest: '7' } });
    const until = new Date(Date.now() + 3_600_000);
    await put('history', 'two', { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until });
    await stores.primary.send(new DeleteObjectCommand({ Bucket: here, Key: 'history' }));
    await arrival('history', 2, 1);
    const copies = (await versions(stores.dr, there, 'history')).versions;
    const text = async (VersionId: string | undefined) => {
      const found = await stores.dr.send(new GetObjectCommand({ Bucket: there, Key: 'history', VersionId }));
      return [await found.Body?.transformToString(), found.ContentType, found.Metadata?.['guest']];
    };
    assert.equal((await text(copies[0]?.VersionId))[0], 'two');
    assert.deepEqual(await text(copies[1]?.VersionId), ['one', 'text/plain', '7']);
    const erase = new DeleteObjectCommand({ Bucket: there, Key: 'history', VersionId: copies[0]?.VersionId });
    await assert.rejects(stores.dr.send(erase), { name: 'AccessDenied' });
    // Both buckets replicate to each other: a whole look later nothing has come back.
    await pause(6_000);
    const [back, forth] = [
      await versions(stores.primary, here, 'history'),
      await versions(stores.dr, there, 'history'),
    ];
    assert.deepEqual([back.versions.length, back.markers.length], [2, 1]);
    assert.deepEqual([forth.versions.length, forth.markers.length], [2, 1]);
  });

  it('leaves what was there before the rule where it is', async () => {
    assert.equal((await versions(stores.dr, there, 'before-the-rule')).versions.length, 0);
  });

  it('waits out a cut link and then delivers', async () => {
    await call('global', 'setLink', { a: primary, b: dr, up: false });
    await put('cut', 'x');
    await pause(1_000);
    assert.equal((await versions(stores.dr, there, 'cut')).versions.length, 0);
    await call('global', 'setLink', { a: primary, b: dr, up: true });
    await arrival('cut', 1);
  });

  it('keeps everything it acknowledged when its server is killed', async () => {
    const server = async () => (await call(primary, 'status', {})).parts.find((part) => part.kind === 'object store');
    await put('kept', 'x');
    const pid = (await server())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    while (((await server())?.pid ?? pid) === pid || (await server())?.state !== 'running') await pause(20);
    const kept = await stores.primary.send(new GetObjectCommand({ Bucket: here, Key: 'kept' }));
    assert.equal(await kept.Body?.transformToString(), 'x');
    await arrival('kept', 1);
  });
});
