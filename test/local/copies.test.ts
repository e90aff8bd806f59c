import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FileSystemState } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { killRegion } from '../../local/up';
import { removeMachine, testMachine } from './support';

const [east, west] = ['us-east-1', 'us-west-2'];

describe('what a region copies to the other', function () {
  this.timeout(60_000);
  let machine: Machine;
  let call: Call;
  let source: string;
  let copy: string;

  const stateOf = async (region: string, id: string): Promise<FileSystemState> => {
    const state = await call(region, 'describeFileSystem', { id });
    assert.ok(state);
    return state;
  };
  const write = async (name: string, content: string): Promise<void> => {
    const file = path.join((await stateOf(east, source)).folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  };
  const read = async (name: string): Promise<string | null> => {
    const file = path.join((await stateOf(west, copy)).folder, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : null;
  };
  const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 25_000;
    while (!(await isSo())) {
      assert.ok(Date.now() < deadline, what);
      await pause(100);
    }
  };
  const synced = async (after: number): Promise<void> => {
    await until('the copy is whole', async () => {
      const at = (await stateOf(west, copy)).replicaOf?.syncedAt ?? null;
      return at !== null && Date.parse(at) > after;
    });
  };

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    source = (await call(east, 'putFileSystem', { token: 'monitoring', overwriteProtection: true })).id;
    await call(east, 'putMountTarget', { fileSystem: source, subnet: 'subnet-1' });
  });
  after(() => removeMachine(machine));

  it('is a file system, whose copy follows what is written, changed and removed', async () => {
    await write('tsdb/one', 'first');
    await write('two', 'second');
    const made = await call(east, 'putFileReplication', { source, region: west, destination: null });
    copy = made.destination;
    await until('both files are there', async () => {
      return (await read('two')) === 'second' && (await read('tsdb/one')) === 'first';
    });
    await write('tsdb/one', 'changed');
    fs.rmSync(path.join((await stateOf(east, source)).folder, 'two'));
    await until('the change is there', async () => (await read('tsdb/one')) === 'changed');
    await until('the removed file is gone', async () => (await read('two')) === null);
    const { replicaOf } = await stateOf(west, copy);
    assert.deepEqual([replicaOf?.region, replicaOf?.id], [east, source]);
  });

  it('cannot be written in the copy, and shows how old that is', async () => {
    const { folder } = await stateOf(west, copy);
    assert.equal(fs.statSync(path.join(folder, 'tsdb')).mode & 0o222, 0);
    assert.equal(fs.statSync(path.join(folder, 'tsdb/one')).mode & 0o222, 0);
    const { parts } = await call(west, 'status', {});
    assert.match(
      parts.find((part) => part.name === copy)?.detail ?? '',
      new RegExp(`^read-only copy of ${east} ${source}, whole as of \\d+ s ago$`),
    );
  });

  it('rejects a second destination, a protected destination, and to be deleted while it is copied', async () => {
    const { id } = await call(west, 'putFileSystem', { token: 'other', overwriteProtection: true });
    await assert.rejects(call(east, 'putFileReplication', { source, region: west, destination: id }), {
      code: 'ReplicationAlreadyExists',
    });
    const another = await call(east, 'putFileSystem', { token: 'another', overwriteProtection: true });
    await assert.rejects(call(east, 'putFileReplication', { source: another.id, region: west, destination: id }), {
      code: 'ConflictException',
    });
    await assert.rejects(call(west, 'putFileReplication', { source: copy, region: east, destination: null }), {
      code: 'ReplicationAlreadyExists',
    });
    await assert.rejects(call(east, 'deleteFileSystem', { id: source }), { code: 'FileSystemInUse' });
    await assert.rejects(call(west, 'deleteFileSystem', { id: copy }), { code: 'FileSystemInUse' });
    await assert.rejects(call(east, 'putAccessPoint', { fileSystem: 'fs-0', path: '/', token: 'x' }), {
      code: 'FileSystemNotFound',
    });
  });

  it('is an image that is pushed after the rule was written, to a repository that is made when it is missing', async () => {
    const archive = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'adr-image-')), 'image.tar');
    fs.writeFileSync(archive, 'an image');
    await call(east, 'putRepository', { name: 'toolbox', immutableTags: true });
    await call(east, 'pushImage', { repository: 'toolbox', tag: 'before', archive });
    await call(east, 'setRegistryReplication', { rules: [{ regions: [west], prefixes: ['tool'] }] });
    fs.writeFileSync(archive, 'a later image');
    const { digest } = await call(east, 'pushImage', { repository: 'toolbox', tag: 'after', archive });
    fs.rmSync(path.dirname(archive), { recursive: true });
    const there = () => call(west, 'describeRepository', { name: 'toolbox' });
    await until('the image is there', async () => (await there()) !== null);
    assert.deepEqual((await there())?.images, { [digest]: ['after'] });
  });

  it('waits where the link is cut, says so, and goes on when it is mended', async () => {
    await call('global', 'setLink', { a: east, b: west, up: false });
    await write('cut', 'late');
    await until('the source shows that nothing moves', async () => {
      return /nothing moves/.test((await stateOf(east, source)).replication?.failure ?? '');
    });
    assert.equal(await read('cut'), null);
    await call('global', 'setLink', { a: east, b: west, up: true });
    await until('the file is there', async () => (await read('cut')) === 'late');
  });

  it('ends at the source too, once the copy has become a file system of its own', async () => {
    const { id } = await call(east, 'putFileSystem', { token: 'given-up', overwriteProtection: true });
    const { destination } = await call(east, 'putFileReplication', { source: id, region: west, destination: null });
    await call(west, 'deleteFileReplication', { fileSystem: destination });
    await until('the source has been told', async () => (await stateOf(east, id)).replication === null);
    await call(east, 'deleteFileSystem', { id });
  });

  it('outlives the region, and takes writes once its replication is deleted there', async () => {
    await synced(Date.now());
    await killRegion(machine, east);
    await call(west, 'deleteFileReplication', { fileSystem: copy });
    const { folder, replicaOf } = await stateOf(west, copy);
    assert.equal(replicaOf, null);
    assert.equal(await read('tsdb/one'), 'changed');
    assert.notEqual(fs.statSync(folder).mode & 0o200, 0);
    assert.notEqual(fs.statSync(path.join(folder, 'tsdb/one')).mode & 0o200, 0);
  });
});
