import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { makePrivateFolder } from '../../../scripts/tasks/private-folder';

describe('the private folder of a run', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-scratch-'));
  });
  afterEach(() => {
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  it('is removed by the next run when its own was killed, and not while that works', async () => {
    const working = await makePrivateFolder(scratch);
    const { pid } = spawnSync('true');
    const killed = working.replace(`-${String(process.pid)}-`, `-${String(pid)}-`);
    fs.mkdirSync(killed);
    fs.writeFileSync(path.join(killed, 'database'), 'in the clear');
    const next = await makePrivateFolder(scratch);
    assert.ok(fs.existsSync(working) && fs.existsSync(next));
    assert.ok(!fs.existsSync(killed));
  });

  it('leaves alone what other hosts and other programs have there', async () => {
    const others = ['agente-dr-00000000-1-1-AbCdEf', 'agente-dr-postgres.restoring', 'agente-dr-AbCdEf'];
    for (const name of others) fs.mkdirSync(path.join(scratch, name));
    await makePrivateFolder(scratch);
    for (const name of others) assert.ok(fs.existsSync(path.join(scratch, name)), name);
  });
});
