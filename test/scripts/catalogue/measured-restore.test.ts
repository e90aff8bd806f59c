import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Catalogue } from '../../../scripts/catalogue/catalogue';
import { expectedSeconds, measuredRestore } from '../../../scripts/catalogue/measured-restore';
import type { Validation } from '../../../scripts/catalogue/validation';
import { keysOf } from '../../../scripts/vault/keys';
import { FolderVault } from '../../../scripts/vault/folder-vault';

describe('the restore that was measured last', () => {
  let folder: string;
  let vault: FolderVault;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-measured-'));
    vault = new FolderVault(folder);
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const validation = (endedAt: string, more: Partial<Validation> = {}): Validation => ({
    ...{ version: 1, point: '20261101T000000Z-full-0000', startedAt: endedAt, endedAt, status: 'success' },
    ...{ checks: [], restoreSeconds: 40, bytes: 1_000 },
    ...more,
  });
  const record = (lineage: string, one: Validation, text = JSON.stringify(one)) =>
    vault.writeRecord(
      `${keysOf('pms', lineage).validations(one.point)}${one.endedAt.replace(/[-:.]/g, '')}.json`,
      text,
      'absent',
    );
  const measured = () => measuredRestore(new Catalogue(vault, 'pms'), vault);

  it('is none before the first', async () => {
    assert.equal(await measured(), null);
  });

  it('is the newest good one of all lineages, past those that failed or cannot be read', async () => {
    await record('primary-g1', validation('2026-11-20T00:00:00.000Z', { restoreSeconds: 10 }));
    await record('dr-g1', validation('2026-11-21T00:00:00.000Z', { restoreSeconds: 20 }));
    await record('primary-g1', validation('2026-11-22T00:00:00.000Z', { status: 'failed' }));
    await record('primary-g1', validation('2026-11-23T00:00:00.000Z'), '{');
    assert.equal((await measured())?.restoreSeconds, 20);
  });

  it('tells a larger one longer, and a smaller one not shorter', () => {
    const known = validation('2026-11-20T00:00:00.000Z');
    assert.equal(expectedSeconds(known, 2_500), 100);
    assert.equal(expectedSeconds(known, 10), 40);
    assert.equal(expectedSeconds({ ...known, bytes: 0 }, 10), 40);
  });
});
