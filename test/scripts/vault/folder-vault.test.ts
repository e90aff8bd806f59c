import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { AgenteError } from '../../../recovery/errors';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { describeVault } from './vault-contract';
import { needsRoot } from '../../needs';

describe('a vault in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-vault-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  describeVault(() => new FolderVault(folder));

  it('keeps its files from other users', async () => {
    const { key } = await new FolderVault(folder).put('redis/a-g1/points/1/x', Readable.from(['x']));
    assert.equal(fs.statSync(path.join(folder, key)).mode & 0o777, 0o600);
    assert.equal(fs.statSync(path.join(folder, 'redis/a-g1')).mode & 0o777, 0o700);
  });

  it('rejects a folder that is not mounted, instead of making it', async () => {
    const missing = path.join(folder, 'not-mounted');
    await assert.rejects(
      new FolderVault(missing).put('redis/a-g1/x', Readable.from(['x'])),
      (error) => error instanceof AgenteError && error.code === 'store-unreachable',
    );
    assert.ok(!fs.existsSync(missing));
  });

  it('takes over the lock of a process that was killed', async () => {
    const dead = spawnedAndGone();
    fs.mkdirSync(path.join(folder, 'redis'));
    fs.writeFileSync(
      path.join(folder, 'redis/.lock-lease.json'),
      JSON.stringify({ host: os.hostname(), pid: dead, start: '1' }),
    );
    assert.ok((await new FolderVault(folder).writeRecord('redis/lease.json', '{}', 'absent')) !== null);
  });

  it('says that its disk is full, and holds nothing of the object', async function () {
    needsRoot(this);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
    try {
      const vault = new FolderVault(folder);
      await assert.rejects(
        vault.put('redis/a-g1/big', Readable.from([Buffer.alloc(4 * 1024 * 1024)])),
        (error) => error instanceof AgenteError && error.code === 'disk-full',
      );
      assert.deepEqual(await vault.list('redis/'), []);
      assert.ok(fs.readdirSync(path.join(folder, 'redis/a-g1')).length === 0, 'the draft is gone too');
    } finally {
      execFileSync('umount', [folder]);
    }
  });
});

/** The pid of a process that has ended. */
function spawnedAndGone(): number {
  return Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
}
