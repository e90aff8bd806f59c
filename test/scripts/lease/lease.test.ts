import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { Lease, leaseKey } from '../../../scripts/lease/lease';
import { FolderVault } from '../../../scripts/vault/folder-vault';

describe('the lease of a dataset', () => {
  let folder: string;
  let vault: FolderVault;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-lease-'));
    vault = new FolderVault(folder);
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const is =
    (code: string, pattern = /./) =>
    (error: unknown) =>
      error instanceof AgenteError && error.code === code && pattern.test(error.message);

  it('is free again once it is given back', async () => {
    await (await Lease.take(vault, 'postgres', 'backup full')).release();
    await (await Lease.take(vault, 'postgres', 'expire')).release();
  });

  it('rejects a second holder, and names the first', async () => {
    const first = await Lease.take(vault, 'postgres', 'backup full');
    await assert.rejects(
      Lease.take(vault, 'postgres', 'expire'),
      is('backup-running', /backup full on .* \(pid \d+\)/),
    );
    await (await Lease.take(vault, 'redis', 'backup full')).release();
    // A log that is followed and a full copy keep nothing from each other.
    const log = await Lease.take(vault, 'postgres', 'backup log', 'log');
    await assert.rejects(Lease.take(vault, 'postgres', 'backup log', 'log'), is('backup-running', /backup log/));
    await log.release();
    await first.release();
  });

  it('goes to one of two that ask at once', async () => {
    const asked = [1, 2].map(() => Lease.take(vault, 'postgres', 'backup full'));
    const outcomes = await Promise.allSettled(asked);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.release();
  });

  it('is free when its holder was killed', async () => {
    const program =
      "require('./tools/register.js'); const { Lease } = require('./scripts/lease/lease');" +
      "const { FolderVault } = require('./scripts/vault/folder-vault');" +
      `Lease.take(new FolderVault(${JSON.stringify(folder)}), 'postgres', 'backup full').then(() => { console.log('taken'); setInterval(() => {}, 1000); })`;
    const holder = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await assert.rejects(Lease.take(vault, 'postgres', 'backup full'), is('backup-running'));
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await Lease.take(vault, 'postgres', 'backup full')).release();
  }).timeout(30_000);

  it('rejects another host that holds it until its time is over', async () => {
    const record = (expiresAt: string) =>
      JSON.stringify({
        version: 1,
        holder: { host: 'elsewhere', pid: 1, start: '1' },
        what: 'x',
        since: expiresAt,
        expiresAt,
      });
    await vault.writeRecord(leaseKey('postgres'), record(new Date(Date.now() + 60_000).toISOString()), 'absent');
    await assert.rejects(Lease.take(vault, 'postgres', 'x'), is('backup-running', /elsewhere/));
    fs.writeFileSync(path.join(folder, leaseKey('postgres')), record(new Date(Date.now() - 1_000).toISOString()));
    await (await Lease.take(vault, 'postgres', 'x')).release();
  });

  it("rejects a host whose clock is not the vault's", async () => {
    const skewed = new FolderVault(folder);
    skewed.head = (key) => Promise.resolve({ key, size: 1, modified: new Date(Date.now() + 60_000) });
    await assert.rejects(Lease.take(skewed, 'postgres', 'x'), is('clock-skew', /60 s/));
  });
});
