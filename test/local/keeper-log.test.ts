import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { compiledScript } from '../../local/compiled-script';

describe('the log of the keeper', () => {
  const script = `require(${JSON.stringify(compiledScript('scripts/keeper/log'))}).log('fenced', { epoch: 2 });
    require('node:fs').writeSync(2, 'goes on');`;

  function logTo(device: string): { readonly status: number | null; readonly stderr: string } {
    const stdout = fs.openSync(device, 'w');
    const run = spawnSync(process.execPath, ['-e', script], { stdio: ['ignore', stdout, 'pipe'], encoding: 'utf8' });
    fs.closeSync(stdout);
    return run;
  }

  it('ends nobody when its disk is full', () => {
    const { status, stderr } = logTo('/dev/full');
    assert.equal(stderr, 'goes on');
    assert.equal(status, 0);
  });

  it('is one line of JSON', () => {
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    const { at, ...line } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual(line, { event: 'fenced', epoch: 2 });
    assert.match(String(at), /^\d{4}-\d\d-\d\dT.*Z$/);
  });
});
