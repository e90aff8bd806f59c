import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { text, buffer } from 'node:stream/consumers';
import { AgenteError } from '../../../recovery/errors';
import type { Vault } from '../../../scripts/vault/vault';

/** What every vault promises, whatever it is made of. */
export function describeVault(open: () => Vault): void {
  const failing = (after: number): Readable =>
    Readable.from(
      (async function* () {
        await Promise.resolve();
        for (let sent = 0; sent < after; sent += 1) yield randomBytes(1024 * 1024);
        throw new Error('the source broke');
      })(),
    );
  const is = (code: string) => (error: unknown) => error instanceof AgenteError && error.code === code;

  it('gives back what was put in, with its size and hash', async () => {
    const vault = open();
    const content = randomBytes(3_000_000);
    const written = await vault.put('postgres/a-g1/points/1/base', Readable.from([content]));
    assert.equal(written.size, content.length);
    assert.match(written.sha256, /^[0-9a-f]{64}$/);
    assert.ok(content.equals(await buffer(await vault.get(written.key))));
    assert.equal((await vault.head(written.key))?.size, content.length);
  });

  it('rejects a second object of one name, and keeps the first', async () => {
    const vault = open();
    await vault.put('postgres/a-g1/points/2/base', Readable.from(['first']));
    await assert.rejects(
      vault.put('postgres/a-g1/points/2/base', Readable.from(['second'])),
      is('vault-object-exists'),
    );
    assert.equal(await text(await vault.get('postgres/a-g1/points/2/base')), 'first');
  });

  it('holds nothing of a source that broke half-way', async () => {
    const vault = open();
    await assert.rejects(vault.put('postgres/a-g1/points/3/base', failing(70)));
    assert.equal(await vault.head('postgres/a-g1/points/3/base'), null);
    assert.deepEqual(await vault.list('postgres/a-g1/points/3/'), []);
  }).timeout(60_000);

  it('holds nothing of a put that was stopped', async () => {
    const vault = open();
    const controller = new AbortController();
    const endless = new Readable({
      read() {
        this.push(randomBytes(256 * 1024));
      },
    });
    setTimeout(() => {
      controller.abort();
    }, 300);
    await assert.rejects(vault.put('postgres/a-g1/points/4/base', endless, controller.signal), is('cancelled'));
    assert.equal(await vault.head('postgres/a-g1/points/4/base'), null);
  }).timeout(60_000);

  it('lists by prefix, in order', async () => {
    const vault = open();
    for (const key of ['redis/a-g1/points/b', 'redis/a-g1/points/a', 'redis/a-g10/points/c']) {
      await vault.put(key, Readable.from(['x']));
    }
    const keys = (await vault.list('redis/a-g1/')).map(({ key }) => key);
    assert.deepEqual(keys, ['redis/a-g1/points/a', 'redis/a-g1/points/b']);
    assert.deepEqual(await vault.list('nothing/'), []);
  });

  it('lists what comes after a key that need not be there, and not that key', async () => {
    const vault = open();
    for (const name of ['1', '3', '4']) await vault.put(`redis/a-g1/points/${name}`, Readable.from(['x']));
    const after = async (key: string): Promise<string[]> =>
      (await vault.list('redis/a-g1/points/', `redis/a-g1/points/${key}`)).map((entry) => entry.key.slice(-1));
    assert.deepEqual(await after('2'), ['3', '4']);
    assert.deepEqual(await after('3'), ['4']);
    assert.deepEqual(await after('4'), []);
  });

  it('names the folders of one level, and what lies beside them not', async () => {
    const vault = open();
    for (const key of ['redis/b-g1/points/1/x', 'redis/a-g1/points/1/x', 'redis/a-g1/points/2/x', 'redis/owner']) {
      await vault.put(key, Readable.from(['x']));
    }
    assert.deepEqual(await vault.folders('redis/'), ['a-g1', 'b-g1']);
    assert.deepEqual(await vault.folders('redis/a-g1/points/'), ['1', '2']);
    assert.deepEqual(await vault.folders(''), ['redis']);
    assert.deepEqual(await vault.folders('nothing/'), []);
  });

  it('replaces a record only over the version that was read', async () => {
    const vault = open();
    const first = await vault.writeRecord('redis/lease.json', '{"a":1}', 'absent');
    assert.ok(first !== null);
    assert.equal(await vault.writeRecord('redis/lease.json', '{"a":2}', 'absent'), null);
    const second = await vault.writeRecord('redis/lease.json', '{"a":2}', { over: first });
    assert.ok(second !== null);
    assert.equal(await vault.writeRecord('redis/lease.json', '{"a":3}', { over: first }), null);
    assert.deepEqual(await vault.readRecord('redis/lease.json'), { text: '{"a":2}', version: second });
  });

  it('lets one of many writers of a record win', async () => {
    const vault = open();
    const version = (await vault.writeRecord('redis/owner.json', '0', 'absent')) ?? '';
    const writers = Array.from({ length: 10 }, (_each, index) =>
      vault.writeRecord('redis/owner.json', `writer ${String(index)}`, { over: version }),
    );
    assert.equal((await Promise.all(writers)).filter((written) => written !== null).length, 1);
  });

  it('says that an object is missing', async () => {
    await assert.rejects(open().get('redis/a-g1/none'), is('vault-object-missing'));
    assert.equal(await open().head('redis/a-g1/none'), null);
    assert.equal(await open().readRecord('redis/none.json'), null);
  });

  it('rejects a key that leads out of it', async () => {
    await assert.rejects(open().put('../outside', Readable.from(['x'])), is('argument-invalid'));
    await assert.rejects(open().get('/etc/passwd'), is('argument-invalid'));
  });

  it('forgets what is removed, and does not mind a second time', async () => {
    const vault = open();
    await vault.put('redis/a-g1/gone', Readable.from(['x']));
    await vault.remove('redis/a-g1/gone');
    await vault.remove('redis/a-g1/gone');
    assert.equal(await vault.head('redis/a-g1/gone'), null);
  });
}
