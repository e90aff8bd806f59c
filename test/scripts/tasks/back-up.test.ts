import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { silent } from '../../../scripts/progress/progress';
import { parseSettings, type Settings } from '../../../scripts/settings/settings';
import { backUp } from '../../../scripts/tasks/back-up';

describe('a backup', () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-backup-'));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('is refused in a site that has come back, before it looks at a store, and the refusal is audited', async () => {
    const vault = path.join(folder, 'vault');
    const datasets = { redis: { engine: 'redis', kind: 'server', data: '/nowhere' } };
    const written = { vault: { folder: vault }, recipients: ['age1a', 'age1b'], datasets, logs: folder };
    const settings: Settings = { ...parseSettings(JSON.stringify(written), 'settings'), serves: false };
    const request = { dataset: 'redis', kind: 'full', takeOver: false } as const;
    const conditions = { progress: silent, signal: new AbortController().signal };
    for (const takeOver of [false, true])
      await assert.rejects(backUp(settings, { ...request, takeOver }, conditions), {
        code: 'lineage-stale',
        message: /the witnesses name another site than primary/,
      });
    assert.equal(fs.existsSync(vault), false);
    const lines = fs.readFileSync(path.join(folder, 'backup.log'), 'utf8').trim().split('\n');
    assert.equal(lines.filter((line) => line.includes(',backup,') && line.includes(',failed,')).length, 2);
  });
});
