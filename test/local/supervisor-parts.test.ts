import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startTicks } from '../../scripts/process-identity';
import { publicPart } from '../../local/realised/public-policy';
import { slotOf } from '../../local/realised/postgres/roles';
import { Position } from '../../local/realised/replication/position';
import { Serial } from '../../local/supervisor/serial';

describe('what runs one after the other', () => {
  it('keeps the order of one thing, lets other things run, and survives a failure', async () => {
    const serial = new Serial();
    const seen: string[] = [];
    const step = (thing: string, name: string, ms: number) =>
      serial.run(thing, async () => {
        await pause(ms);
        seen.push(name);
        if (name === 'a1') throw new Error('a1 failed');
      });
    const all = await Promise.allSettled([step('a', 'a1', 20), step('a', 'a2', 1), step('b', 'b1', 1)]);
    assert.deepEqual(seen, ['b1', 'a1', 'a2']);
    assert.deepEqual(
      all.map((one) => one.status),
      ['rejected', 'fulfilled', 'fulfilled'],
    );
  });
});

describe('the position of a replication', () => {
  it('outlives its process, and takes no line that a kill cut short', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-position-'));
    try {
      const file = path.join(folder, 'bucket');
      Position.open(file).add('one', 'two', 'one');
      fs.appendFileSync(file, 'thr');
      const again = Position.open(file);
      assert.deepEqual(
        ['one', 'two', 'thr'].map((id) => again.has(id)),
        [true, true, false],
      );
      again.add('three');
      assert.deepEqual(
        ['one', 'two', 'three'].map((id) => Position.open(file).has(id)),
        [true, true, true],
      );
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe('the part of a policy that has an effect here', () => {
  const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const read = {
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetObject'],
    Resource: 'arn:aws:s3:::signal/dr-serves-guests',
  };

  it('is anonymous reading of the objects it names', () => {
    const effective = JSON.parse(publicPart(policy(read)) ?? '{}') as { Statement: { Resource: string[] }[] };
    assert.deepEqual(effective.Statement[0]?.Resource, ['arn:aws:s3:::signal/dr-serves-guests']);
  });

  it('is nothing when reading is bound to a condition, a role, or refused', () => {
    assert.equal(publicPart(policy({ ...read, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })), null);
    assert.equal(publicPart(policy({ ...read, Principal: { AWS: 'arn:aws:iam::1:role/keeper' } })), null);
    assert.equal(publicPart(policy({ ...read, Effect: 'Deny' })), null);
  });
});

describe('names of things', () => {
  it('gives a slot a name that PostgreSQL takes', () => {
    assert.equal(slotOf('agente-Postgres-g2'), 'agente_postgres_g2');
  });

  it('gives a process a start that another of its pid would not have', () => {
    assert.match(startTicks(process.pid) ?? '', /^\d+$/);
    assert.notEqual(startTicks(process.pid), startTicks(1));
    assert.equal(startTicks(2 ** 22 + 1), null);
  });
});
