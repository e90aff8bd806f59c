import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import { claimHistory, readOwner, type Claimant, type TakeOver } from '../../../scripts/catalogue/ownership';
import { FolderVault } from '../../../scripts/vault/folder-vault';

const now = new Date('2026-11-28T00:00:00.000Z');
const old: Claimant = { lineage: 'primary-g1', identity: '7301', timeline: 1 };

describe('the ownership of a history', () => {
  let folder: string;
  let vault: FolderVault;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-owner-'));
    vault = new FolderVault(folder);
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const claim = (claimant: Claimant, takeOver: TakeOver = 'nothing') =>
    claimHistory(vault, 'postgres', claimant, { takeOver, now });
  const refused = (code: string) => (error: unknown) => error instanceof AgenteError && error.code === code;

  it('begins with whoever comes first, and stays with it', async () => {
    assert.equal((await claim(old)).epoch, 1);
    assert.equal((await claim(old)).epoch, 1);
  });

  it('follows its server onto a new time line', async () => {
    await claim(old);
    assert.equal((await claim({ ...old, timeline: 2 })).timeline, 2);
    assert.equal((await readOwner(vault, 'postgres'))?.epoch, 1);
  });

  it('rejects an old primary that came back on the time line that was left', async () => {
    await claim(old);
    await claim({ ...old, timeline: 2 });
    await assert.rejects(claim(old), refused('lineage-stale'));
  });

  it('rejects a lineage that another one took over from', async () => {
    await claim(old);
    const next = { lineage: 'dr-g2', identity: '7301', timeline: 2 };
    await assert.rejects(claim(next), refused('lineage-stale'));
    assert.equal((await claim(next, 'anything')).epoch, 2);
    await assert.rejects(claim(old), refused('lineage-stale'));
  });

  it('rejects another server in the same lineage', async () => {
    await claim(old);
    await assert.rejects(claim({ ...old, identity: '9999' }), refused('lineage-owned'));
  });

  it('goes to the lineage that the witnesses have named, and to no other server of the same one', async () => {
    await claim(old);
    await assert.rejects(claim({ ...old, identity: '9999' }, 'lineage'), refused('lineage-owned'));
    assert.equal((await claim({ lineage: 'dr-g1', identity: '7301', timeline: 2 }, 'lineage')).epoch, 2);
    await assert.rejects(claim(old), refused('lineage-stale'));
  });

  it('goes to one of two that take over at once', async () => {
    await claim(old);
    const rivals = ['dr-g2', 'dr-g3'].map((lineage) => claim({ lineage, identity: lineage, timeline: 1 }, 'lineage'));
    const outcomes = await Promise.allSettled(rivals);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });
});
