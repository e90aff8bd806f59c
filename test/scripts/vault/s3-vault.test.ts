import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { AgenteError } from '../../../recovery/errors';
import { S3Vault } from '../../../scripts/vault/s3-vault';
import { startStore, type TestStore } from '../store-support';
import { describeVault } from './vault-contract';

describe('a vault in a bucket', function () {
  this.timeout(60_000);
  let store: TestStore;
  let vault: S3Vault;
  before(async () => {
    store = await startStore();
  });
  after(async () => {
    await store.stop();
  });
  beforeEach(async () => {
    vault = new S3Vault(await store.createBucket());
  });
  afterEach(() => {
    vault.close();
  });

  describeVault(() => vault);

  it('takes an object of several parts, and none of another name for it', async () => {
    const content = randomBytes(80 * 1024 * 1024);
    const written = await vault.put('pms/a-g1/points/1/base', Readable.from([content]));
    assert.equal(written.size, content.length);
    await assert.rejects(
      vault.put('pms/a-g1/points/1/base', Readable.from([content])),
      (error) => error instanceof AgenteError && error.code === 'vault-object-exists',
    );
  });

  it('says that credentials are refused', async () => {
    const place = await store.createBucket();
    const before = process.env['AWS_SECRET_ACCESS_KEY'];
    process.env['AWS_SECRET_ACCESS_KEY'] = 'wrong';
    const stranger = new S3Vault(place);
    try {
      await assert.rejects(
        stranger.put('pms/a-g1/x', Readable.from(['x'])),
        (error) => error instanceof AgenteError && error.code === 'vault-denied' && !error.message.includes('wrong'),
      );
    } finally {
      process.env['AWS_SECRET_ACCESS_KEY'] = before;
      stranger.close();
    }
  });

  it('says that the store is away', async () => {
    const gone = new S3Vault({ bucket: 'b', region: 'us-east-1', endpoint: 'https://127.0.0.1:1' });
    await assert.rejects(
      gone.put('pms/a-g1/x', Readable.from(['x'])),
      (error) => error instanceof AgenteError && error.code === 'store-unreachable',
    );
    gone.close();
  });
});
