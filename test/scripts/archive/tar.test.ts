import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack, type Header } from 'tar-stream';
import { untar, untarInMemory } from '../../../scripts/archive/tar-in';
import { tarOf } from '../../../scripts/archive/tar-out';

const limits = { files: 10, bytes: 1_000_000 };

describe('archives', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-tar-'));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const inOut = (bytes: Buffer, some: Partial<typeof limits> = {}) =>
    untar(Readable.from([bytes]), folder, { limits: { ...limits, ...some }, what: 'it.tar' });

  async function sample(): Promise<Buffer> {
    const source = path.join(folder, 'source');
    fs.writeFileSync(source, 'from a file');
    const bytes = await buffer(
      tarOf([
        { name: 'a/bytes', mode: 0o640, content: { kind: 'bytes', bytes: Buffer.alloc(700_000, 7) } },
        { name: 'a/file', mode: 0o755, content: { kind: 'file', path: source } },
        { name: 'empty', mode: 0o600, content: { kind: 'bytes', bytes: Buffer.alloc(0) } },
      ]),
    );
    fs.rmSync(source);
    return bytes;
  }

  function archiveWith(header: Partial<Header> & { name: string }): Promise<Buffer> {
    const archive = pack();
    archive.entry(header, header.type === undefined ? 'content' : '');
    archive.finalize();
    return buffer(Readable.from(archive));
  }

  it('come out as they went in, and tar reads them', async () => {
    const bytes = await sample();
    assert.match(execFileSync('tar', ['-tvf', '-'], { input: bytes, encoding: 'utf8' }), /-rw-r----- .* a\/bytes/);
    const files = await inOut(bytes);
    assert.deepEqual(
      files.map(({ name, mode, size }) => [name, mode, size]),
      [
        ['a/bytes', 0o640, 700_000],
        ['a/file', 0o755, 11],
        ['empty', 0o600, 0],
      ],
    );
    assert.equal(fs.readFileSync(path.join(folder, 'a/file'), 'utf8'), 'from a file');
    assert.equal(fs.statSync(path.join(folder, 'a/file')).mode & 0o777, 0o600);
  });

  it('stay in memory when that is asked for', async () => {
    const files = await untarInMemory(Readable.from([await sample()]), { limits, what: 'it.tar' });
    assert.deepEqual([...files.keys()], ['a/bytes', 'a/file', 'empty']);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('rejects one that is cut off, within a file and between two', async () => {
    const bytes = await sample();
    const between = bytes.indexOf('a/file');
    for (const size of [300_000, between, between + 100, bytes.length - 512, 0]) {
      const again = fs.mkdtempSync(path.join(folder, 'cut-'));
      const cut = untar(Readable.from([bytes.subarray(0, size)]), again, { limits, what: 'it.tar' });
      await assert.rejects(cut, { code: 'restore-damaged' }, String(size));
    }
  });

  for (const name of ['../evil', 'a/../../evil', '/etc/evil']) {
    it(`rejects the name ${name}`, async () => {
      await assert.rejects(inOut(await archiveWith({ name })), /leaves the folder/);
      assert.deepEqual(fs.readdirSync(folder), []);
    });
  }

  for (const type of ['symlink', 'link', 'fifo', 'character-device'] as const) {
    it(`rejects a ${type}`, async () => {
      await assert.rejects(
        inOut(await archiveWith({ name: 'x', type, linkname: '/etc/passwd' })),
        /only files are taken/,
      );
      assert.deepEqual(fs.readdirSync(folder), []);
    });
  }

  it('rejects more files or bytes than may be in it, before they are written', async () => {
    const bytes = await sample();
    await assert.rejects(inOut(bytes, { files: 1 }), /more than 1 files/);
    assert.equal(fs.existsSync(path.join(folder, 'a/file')), false);
    fs.rmSync(path.join(folder, 'a'), { recursive: true });
    await assert.rejects(inOut(bytes, { bytes: 699_999 }), /more than 699999 bytes/);
    assert.deepEqual(fs.readdirSync(folder), []);
  });

  it('rejects a name that is there twice', async () => {
    const twice = ['one', 'two'].map((text) => ({
      name: 'same',
      mode: 0o600,
      content: { kind: 'bytes' as const, bytes: Buffer.from(text) },
    }));
    await assert.rejects(inOut(await buffer(tarOf(twice))), /there twice/);
  });

  it('rejects a file that became shorter while it was read', async () => {
    const place = path.join(folder, 'growing');
    fs.writeFileSync(place, 'short');
    const handle = await fs.promises.open(place);
    const member = { name: 'growing', mode: 0o600, content: { kind: 'opened' as const, handle, size: 50 } };
    await assert.rejects(buffer(tarOf([member])), { code: 'source-damaged' });
    await handle.close();
  });
});
