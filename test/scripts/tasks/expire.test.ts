import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { stringify } from 'yaml';
import { Catalogue } from '../../../scripts/catalogue/catalogue';
import { freeze } from '../../../scripts/catalogue/freeze';
import { keysOf } from '../../../scripts/vault/keys';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { samplePoint } from '../sample-point';

const hourMs = 3_600_000;
const program = path.resolve(__dirname, '../../../scripts/agente-dr');

describe('the expiry of a dataset', function () {
  this.timeout(30_000);
  let folder: string;
  let vault: FolderVault;
  let logs: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-expire-'));
    for (const name of ['vault', 'logs']) fs.mkdirSync(path.join(folder, name));
    vault = new FolderVault(path.join(folder, 'vault'));
    logs = path.join(folder, 'logs');
    const recipients = ['site', 'offline'].map((name) => {
      execFileSync('age-keygen', ['-o', path.join(folder, name)], { stdio: 'pipe' });
      return execFileSync('age-keygen', ['-y', path.join(folder, name)], { encoding: 'utf8' }).trim();
    });
    const datasets = { redis: { engine: 'redis', kind: 'server', data: '/nowhere' } };
    const settings = { vault: { folder: path.join(folder, 'vault') }, recipients, datasets, logs, scratch: folder };
    fs.writeFileSync(path.join(folder, 'settings.yaml'), stringify(settings));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const keys = keysOf('redis', 'primary-g1');
  const run = (...flags: readonly string[]) => {
    const words = ['catalog', 'expire', 'redis', '--json', '--settings', path.join(folder, 'settings.yaml'), ...flags];
    return spawnSync(program, words, { encoding: 'utf8' });
  };
  function expired(...flags: readonly string[]): readonly string[] {
    const { status, stdout, stderr } = run(...flags);
    assert.equal(status, 0, stderr);
    return (JSON.parse(stdout) as { expired: string[] }).expired;
  }
  function refused(code: string, named: string, ...flags: readonly string[]): void {
    const { status, stderr } = run(...flags);
    assert.notEqual(status, 0);
    assert.ok(stderr.includes(`error[${code}]`) && stderr.includes(named), stderr);
  }

  /** A point that ended so many hours ago, with one file and a census. */
  async function put(hoursAgo: number): Promise<string> {
    const at = new Date(Date.now() - hoursAgo * hourMs);
    const catalogue = new Catalogue(vault, 'redis');
    const id = catalogue.newId('full', at);
    await vault.put(`${keys.point(id)}dump`, Readable.from(['x']));
    const census = { version: 1 as const, takenAt: at.toISOString(), counts: {}, newest: {} };
    const { version: _version, dataset: _dataset, ...point } = samplePoint(id, at.toISOString(), { engine: 'redis' });
    await catalogue.publish(point, census);
    return id;
  }
  const names = async (): Promise<string[]> => (await vault.list('redis/primary-g1/')).map(({ key }) => key);

  it('removes an old point with its census and files, and keeps a young one', async () => {
    const old = await put(30);
    const young = await put(2);
    assert.deepEqual(expired(), [old]);
    assert.deepEqual(await names(), [`${keys.catalogue}${young}.json`, keys.census(young), `${keys.point(young)}dump`]);
    assert.match(fs.readFileSync(path.join(logs, 'backup.log'), 'utf8'), /,expire,.+,success,/);
  });

  it('removes nothing in a dry run', async () => {
    await put(30);
    await put(2);
    const before = await names();
    assert.equal(expired('--dry-run').length, 1);
    assert.deepEqual(await names(), before);
  });

  it('removes files that a killed run left a day ago, and none of a run that may still go on', async () => {
    await put(2);
    const [left, running] = ['20260101T000000Z-full-0001', '20260101T000000Z-full-0002'];
    for (const id of [left, running]) await vault.put(`${keys.point(id)}dump`, Readable.from(['x']));
    const dayAgo = (Date.now() - 25 * hourMs) / 1_000;
    fs.utimesSync(path.join(folder, 'vault', `${keys.point(left)}dump`), dayAgo, dayAgo);
    expired();
    const found = await names();
    assert.ok(!found.includes(`${keys.point(left)}dump`));
    assert.ok(found.includes(`${keys.point(running)}dump`));
  });

  it('removes what a killed run was writing a day ago, which no list shows', async () => {
    const id = await put(2);
    const at = (name: string) => path.join(folder, 'vault', keys.point(id), name);
    const [left, lock, running] = ['.part-0123456789ab', '.lock-lease.json.0123456789ab', '.part-ba9876543210'].map(at);
    for (const file of [left, lock, running]) fs.writeFileSync(file ?? '', 'half');
    const dayAgo = (Date.now() - 25 * hourMs) / 1_000;
    for (const file of [left, lock, at('dump')]) fs.utimesSync(file ?? '', dayAgo, dayAgo);
    expired();
    assert.deepEqual(fs.readdirSync(at('')).sort(), ['.part-ba9876543210', 'dump']);
  });

  it('rejects to go on while a point has shrunk, until a person accepts that', async () => {
    await put(30);
    const shrunk = await put(2);
    await freeze(vault, 'redis', { point: shrunk, fact: 'size fell from 10 to 1 bytes' });
    refused('backup-shrunk', shrunk);
    refused('backup-shrunk', shrunk, '--accept', '20260101T000000Z-full-0001');
    assert.equal(expired('--accept', shrunk).length, 1);
  });

  it('rejects to go on while a manifest cannot be read, and names it', async () => {
    await put(30);
    const damaged = await put(2);
    fs.writeFileSync(path.join(folder, 'vault', keys.manifest(damaged)), '{');
    refused('manifest-invalid', damaged);
  });
});
