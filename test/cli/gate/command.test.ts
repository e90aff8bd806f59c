import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { exitCodes } from '../../../recovery/errors';
import { checkoutRoot } from '../../../scripts/checkout';
import { planText, urnOf, type Planned } from './support';

const store = { type: 'aws:rds/instance:Instance', name: 'postgres-g1' };
const sound = { multiAz: true, deletionProtection: true, skipFinalSnapshot: false };
const urn = urnOf('primary', store);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('agente-dr gate', function () {
  this.timeout(30_000);
  let dir: string;
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'agente-dr-gate-'));
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  const at = (name: string): string => path.join(dir, name);

  function file(name: string, text: string): string {
    fs.writeFileSync(at(name), text);
    return at(name);
  }

  const plan = (...resources: readonly Planned[]): string => file('primary.json', planText('primary', resources));

  function gate(...args: readonly string[]): Promise<Ended> {
    const command = [path.join(checkoutRoot(), 'bin/agente-dr.js'), 'gate', '--results', at('drills'), ...args];
    return new Promise((resolve) => {
      execFile(process.execPath, command, { cwd: dir }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** One error, with its code, and nothing on stdout that could be taken for a verdict. */
  async function refuses(exitCode: number, said: RegExp, ...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await gate(...args);
    assert.equal(code, exitCode, stderr);
    assert.match(stderr, said);
    assert.match(stderr, /^HINT: /m);
    assert.equal(stdout, '');
  }

  it('is closed by a broken promise, with 5, and says of whom', async () => {
    const { code, stdout } = await gate('--from', plan({ ...store, op: 'create', after: { multiAz: false } }));
    assert.equal(code, exitCodes.promiseBroken, stdout);
    assert.match(stdout, /dr-rds-multi-az/);
    assert.ok(stdout.includes(urn), stdout);
  });

  it('is closed by a store that would be lost, with 10, until somebody shows a backup of today', async () => {
    const from = plan({ ...store, op: 'delete', before: sound });
    const alone = await gate('--from', from, '--json');
    assert.equal(alone.code, exitCodes.refused, alone.stderr);
    const now = Date.now();
    const at = (hours: number): string => new Date(now - hours * 3_600_000).toISOString();
    const shown = async (verifiedAt: string): Promise<Ended> => {
      const proof = file('proof.json', JSON.stringify([{ urn, recoveryPoint: at(30), verifiedAt }]));
      return gate('--from', from, '--acknowledge', urn, '--proof', proof, '--json');
    };
    // What is left is the pack's and the drills': a promise, and no store.
    assert.equal((await shown(at(1))).code, exitCodes.promiseBroken);
    assert.equal((await shown(at(25))).code, exitCodes.refused);
    assert.equal((await shown(at(-1))).code, exitCodes.refused, 'verified in the future');
  });

  it('writes the same findings for machines, for code scanning and for a comment', async () => {
    const from = plan({ ...store, op: 'create', after: { multiAz: false } });
    const { stdout } = await gate('--from', from, '--json', '--sarif', at('gate.sarif'), '--markdown', at('gate.md'));
    const report = JSON.parse(stdout) as { verdict: string; findings: { rule: string }[] };
    const sarif = JSON.parse(fs.readFileSync(at('gate.sarif'), 'utf8')) as {
      version: string;
      runs: [{ results: { ruleId: string }[] }];
    };
    assert.equal(report.verdict, 'closed');
    assert.equal(sarif.version, '2.1.0');
    assert.deepEqual(
      sarif.runs[0].results.map(({ ruleId }) => ruleId),
      report.findings.map(({ rule }) => rule),
    );
    assert.match(fs.readFileSync(at('gate.md'), 'utf8'), /dr-rds-multi-az/);
  });

  it('rejects a plan that was cut, wherever', async () => {
    const whole = planText('primary', [{ ...store, op: 'same', before: sound, after: sound }]);
    for (const part of [0, 0.3, 0.6, 0.999]) {
      const cut = file('cut.json', whole.slice(0, Math.floor(whole.length * part)));
      await refuses(exitCodes.resource, /error\[plan-unreadable\]/, '--from', cut);
    }
  });

  it('rejects a plan of another shape and a plan of nothing', async () => {
    await refuses(exitCodes.resource, /plan-unreadable/, '--from', file('steps.json', '{"steps":"all"}'));
    await refuses(exitCodes.resource, /plan-unreadable/, '--from', file('empty.json', '{"steps":[]}'));
  });

  it('rejects a file that is not there, and a proof that is none', async () => {
    await refuses(exitCodes.usage, /nowhere\.json/, '--from', at('nowhere.json'));
    const proof = file('proof.json', '[{"urn":1}]');
    await refuses(exitCodes.usage, /proof\.json/, '--from', plan(), '--proof', proof);
  });

  it('says no verdict when it cannot write what it was asked for', async () => {
    await refuses(exitCodes.usage, /gate\.sarif/, '--from', plan(), '--sarif', at('nowhere/gate.sarif'));
    await refuses(exitCodes.usage, /gate\.md/, '--from', plan(), '--markdown', at('nowhere/gate.md'));
  });

  it('wants a plan', async () => {
    const { code, stderr } = await gate();
    assert.equal(code, exitCodes.usage);
    assert.match(stderr, /--from/);
  });
});
