import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { agedDatasets } from '../../../recovery/ages';
import type { Contract } from '../../../recovery/contract';
import { AgenteError } from '../../../recovery/errors';
import { Catalogue } from '../../../scripts/catalogue/catalogue';
import type { Validation } from '../../../scripts/catalogue/validation';
import { recordLimits } from '../../../scripts/control/store';
import { AgeWatch } from '../../../scripts/keeper/age-watch';
import { ChangeLog } from '../../../scripts/keeper/log';
import { FolderVault } from '../../../scripts/vault/folder-vault';
import { S3Vault, type BucketPlace } from '../../../scripts/vault/s3-vault';
import type { Vault } from '../../../scripts/vault/vault';
import { sampleContract } from '../../recovery/contract-sample';
import { samplePoint } from '../sample-point';
import { startStore, type TestStore } from '../store-support';
import { captureLog, type Captured } from './captured-log';

const hourMs = 3_600_000;
const lineages = Object.fromEntries([...agedDatasets.keys()].map((dataset) => [dataset, 'dr-g1']));
const contract: Contract = { ...sampleContract, vault: { ...sampleContract.vault, lineages } };
const running = (): AbortSignal => new AbortController().signal;

async function put(vault: Vault, dataset: string, at: Date, lineage = 'dr-g1'): Promise<void> {
  const catalogue = new Catalogue(vault, dataset);
  const id = catalogue.newId('full', at);
  const { version: _version, dataset: _dataset, ...point } = samplePoint(id, at.toISOString(), { lineage });
  const manifest = await catalogue.publish(point, null);
  if (dataset !== 'postgres') return;
  const times = { startedAt: at.toISOString(), endedAt: at.toISOString(), restoreSeconds: 1 };
  const result: Validation = { version: 1, point: id, ...times, status: 'success', checks: [], bytes: 1 };
  await catalogue.recordValidation(manifest, result);
}

/** As the environment of a task names a store. @returns what undoes it. */
function bindTo(endpoint: string): () => void {
  const named = { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const before = Object.keys(named).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, named);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
}

describe('the watch over the age of recovery points', function () {
  this.timeout(30_000);
  let folder: string;
  let vault: Vault;
  let captured: Captured;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-ages-'));
    vault = new FolderVault(folder);
    captured = captureLog();
  });
  afterEach(() => {
    captured.restore();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const watch = (read: () => Promise<Contract> = () => Promise.resolve(contract), open: () => Vault = () => vault) =>
    new AgeWatch(read, new ChangeLog(), open);
  const hourAgo = (): Date => new Date(Date.now() - hourMs);

  it('says the age of every dataset in a line of its own, and its validation where somebody is told of it', async () => {
    for (const dataset of agedDatasets.keys()) await put(vault, dataset, hourAgo());
    await watch().look(running());
    assert.deepEqual(
      captured.of('ages').map((line) => line['Dataset']),
      [...agedDatasets.keys()],
    );
    for (const line of captured.of('ages')) {
      const age = Number(line['BackupAge']);
      assert.ok(age >= 3_600 && age < 3_630, `${String(line['Dataset'])}: ${String(age)}`);
      assert.equal('ValidationAge' in line, line['Dataset'] === 'postgres');
    }
    assert.deepEqual(captured.of('fails'), []);
  });

  it('says nothing of a dataset that has nothing, names it once, and again when it has something', async () => {
    await put(vault, 'postgres', hourAgo(), 'primary-g1');
    await put(vault, 'redis', hourAgo());
    const ages = watch();
    await ages.look(running());
    await ages.look(running());
    assert.deepEqual(
      captured.of('ages').map((line) => line['Dataset']),
      ['redis', 'redis'],
    );
    const named = captured.of('fails').map((line) => line['what']);
    assert.equal(new Set(named).size, named.length);
    assert.ok(named.includes('BackupAge of postgres') && named.includes('ValidationAge of postgres'), String(named));
    await put(vault, 'postgres', hourAgo());
    await ages.look(running());
    assert.ok(captured.of('works-again').some((line) => line['what'] === 'BackupAge of postgres'));
  });

  it('follows the contract to another history', async () => {
    await put(vault, 'redis', hourAgo());
    let lineage = 'dr-g1';
    const ages = watch(() =>
      Promise.resolve({ ...contract, vault: { ...contract.vault, lineages: { redis: lineage } } }),
    );
    await ages.look(running());
    lineage = 'dr-g2';
    await ages.look(running());
    assert.equal(captured.of('ages').length, 1);
  });

  it('goes on with the contract that it knows while none can be read', async () => {
    await put(vault, 'redis', hourAgo());
    let looks = 0;
    const ages = watch(() => ((looks += 1) === 1 ? Promise.resolve(contract) : Promise.reject(new Error('away'))));
    for (let look = 0; look < 3; look += 1) await ages.look(running());
    assert.equal(captured.of('ages').length, 3);
    assert.equal(captured.of('fails').filter((line) => line['what'] === 'contract').length, 1);
  });

  it('says nothing while nobody knows of any contract', async () => {
    const ages = watch(() => Promise.reject(new Error('stack dr has no contract')));
    await ages.look(running());
    await ages.look(running());
    assert.deepEqual(
      captured.lines.map((line) => [line['event'], line['what']]),
      [['fails', 'contract']],
    );
  });

  it('tells once that the vault is away, says no age meanwhile, and goes on when it is back', async () => {
    await put(vault, 'redis', hourAgo());
    const ages = watch();
    const elsewhere = `${folder}-unmounted`;
    await ages.look(running());
    fs.renameSync(folder, elsewhere);
    try {
      await ages.look(running());
      await ages.look(running());
    } finally {
      fs.renameSync(elsewhere, folder);
    }
    const away = captured.of('fails').filter((line) => line['what'] === 'vault');
    assert.equal(away.length, 1);
    assert.match(String(away[0]?.['reason']), /is not there/);
    assert.equal(captured.of('ages').length, 1);
    await ages.look(running());
    assert.equal(captured.of('ages').length, 2);
    assert.equal(captured.of('works-again').filter((line) => line['what'] === 'vault').length, 1);
  });

  it('says the ages of the others while one dataset is refused', async () => {
    for (const dataset of ['pms', 'redis']) await put(vault, dataset, hourAgo());
    const partly: Vault = Object.assign(new FolderVault(folder), {
      list: (prefix: string) =>
        prefix.startsWith('pms/')
          ? Promise.reject(new AgenteError('vault-denied', `cannot list ${prefix}`, 'Ask.'))
          : vault.list(prefix),
    });
    await watch(undefined, () => partly).look(running());
    assert.deepEqual(
      captured.of('ages').map((line) => line['Dataset']),
      ['redis'],
    );
    assert.ok(
      captured
        .of('fails')
        .some((line) => line['what'] === 'vault' && line['reason'] === 'cannot list pms/dr-g1/catalogue/'),
    );
  });

  it('ends when it is told to, whatever the vault is doing', async () => {
    const stopped = new AbortController();
    const ended = watch().run(stopped.signal);
    await pause(100);
    stopped.abort();
    await ended;
  });

  it('gives up a store that takes the request and never answers, long before the next look', async () => {
    const mute = net.createServer().listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as net.AddressInfo;
    const release = bindTo(`http://127.0.0.1:${String(port)}`);
    const stopped = new AbortController();
    try {
      const ended = new AgeWatch(() => Promise.resolve(contract), new ChangeLog()).run(stopped.signal);
      const deadline = Date.now() + 15_000;
      while (captured.of('fails').length === 0 && Date.now() < deadline) await pause(100);
      assert.deepEqual(
        captured.of('fails').map((line) => line['what']),
        ['vault'],
      );
      stopped.abort();
      await ended;
    } finally {
      stopped.abort();
      release();
      mute.close();
    }
  });

  describe('in a bucket', () => {
    let store: TestStore;
    let place: BucketPlace;
    before(async () => {
      store = await startStore();
      place = await store.createBucket();
    });
    after(async () => {
      await store.stop();
    });

    it('says the ages, outlives the loss of the store, and says them again', async () => {
      const bucket = new S3Vault(place, recordLimits);
      await put(bucket, 'postgres', hourAgo());
      const ages = watch(undefined, () => bucket);
      await ages.look(running());
      await store.kill();
      await ages.look(running());
      await store.revive();
      await ages.look(running());
      bucket.close();
      assert.deepEqual(
        captured.of('ages').map((line) => Math.floor(Number(line['ValidationAge']) / 60)),
        [60, 60],
      );
      assert.equal(captured.of('fails').filter((line) => line['what'] === 'vault').length, 1);
    });
  });
});
