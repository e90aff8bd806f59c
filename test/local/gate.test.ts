import assert from 'node:assert/strict';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { killRegion } from '../../local/up';
import { ask, removeMachine, s3, testMachine } from './support';

const [east, west] = ['us-east-1', 'us-west-2'];
const publicRead = (bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/open` }],
  });

describe('gate to the object stores', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  const bucketOf = (region: string): string => `agente-dr-signal-1-${region}`;

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    for (const region of [east, west]) {
      await call(region, 'createBucket', { name: bucketOf(region), objectLock: false });
      await call(region, 'setBucketPolicy', { bucket: bucketOf(region), policy: publicRead(bucketOf(region)) });
    }
  });
  after(() => removeMachine(machine));

  const anonymous = (path: string, host?: string) => {
    const where = { host: machine.address('global'), port: machine.file.storePort, path };
    return ask(machine, host === undefined ? where : { ...where, headers: { host } });
  };

  for (const door of [east, west, 'global']) {
    it(`leads from ${door} to the store of the region that a request is signed for`, async () => {
      for (const region of [east, west]) {
        const client = s3(machine, region, machine.address(door));
        const object = { Bucket: bucketOf(region), Key: 'open' };
        await client.send(new PutObjectCommand({ ...object, Body: `${region} by ${door}` }));
        const read = await client.send(new GetObjectCommand(object));
        assert.equal(await read.Body?.transformToString(), `${region} by ${door}`);
      }
    });
  }

  it('takes the region of a presigned address from its query', async () => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2F${west}%2Fs3%2Faws4_request`;
    // Not a valid signature: the store of that region says so in its own words, the other one would not know the bucket.
    const reply = await anonymous(`/${bucketOf(west)}/open?${query}`);
    assert.notEqual(reply.status, 503);
    assert.doesNotMatch(reply.body, /NoSuchBucket/);
  });

  it('leads a request without signature by its host, or else by the region in the name of its bucket', async () => {
    assert.match((await anonymous('/open', `${bucketOf(west)}.s3.${west}.amazonaws.com`)).body, /^us-west-2 by/);
    assert.match((await anonymous('/open', `${bucketOf(east)}.s3.${east}.amazonaws.com:443`)).body, /^us-east-1 by/);
    assert.match((await anonymous(`/${bucketOf(west)}/open`)).body, /^us-west-2 by/);
    assert.match((await anonymous(`/${bucketOf(east)}/open`)).body, /^us-east-1 by/);
    assert.equal((await anonymous(`/${bucketOf(west)}/absent`)).status, 403);
  });

  it('answers within two seconds when the region behind it is dead, and goes on serving the other', async () => {
    await killRegion(machine, east);
    for (const door of ['global', west]) {
      const startedAt = Date.now();
      const dead = s3(machine, east, machine.address(door));
      await assert.rejects(dead.send(new GetObjectCommand({ Bucket: bucketOf(east), Key: 'open' })), (error: Error) => {
        assert.equal(Reflect.get(Reflect.get(error, '$metadata') as object, 'httpStatusCode'), 503);
        return true;
      });
      assert.ok(Date.now() - startedAt < 2_000, `${String(Date.now() - startedAt)} ms`);
      const alive = s3(machine, west, machine.address(door));
      await alive.send(new GetObjectCommand({ Bucket: bucketOf(west), Key: 'open' }));
    }
  });
});
