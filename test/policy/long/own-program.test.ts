import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { resultFiles, saveResult } from '../../../cli/drill/results';
import { packFindings } from '../../../cli/gate/pack-findings';
import { readPlannedStack } from '../../../cli/gate/planned-stack';
import type { Machine } from '../../../local/machine';
import { writeProject } from '../../../local/project';
import { exitCodes } from '../../../recovery/errors';
import { databaseDatasets, sites } from '../../../recovery/sites';
import { checkoutRoot } from '../../../scripts/checkout';
import { passedDrill } from '../../cli/drill/support';
import { pulumi } from '../../engine/support';
import { emptyMachine, removeMachine } from '../../local/support';
import { rulesSaid } from '../engine-project';

const pack = path.join(checkoutRoot(), 'policy');

/** Every database was brought back an hour ago. */
function drill() {
  const passed = passedDrill();
  const [postgres] = passed.stores;
  assert.ok(postgres);
  const startedAt = new Date(Date.now() - 3_600_000).toISOString();
  return { ...passed, startedAt, stores: databaseDatasets.map((name) => ({ ...postgres, name })) };
}

describe('our own program', function () {
  this.timeout(300_000);
  let machine: Machine;
  before(async () => {
    machine = await emptyMachine();
    writeProject(machine);
  });
  after(() => removeMachine(machine));

  for (const stack of sites) {
    it(`passes the pack without an exemption, in a preview and from the plan: ${stack}`, async () => {
      assert.deepEqual(JSON.parse(fs.readFileSync(path.join(pack, 'exemptions.json'), 'utf8')), []);
      await pulumi(machine, stack, null, 'stack', 'init', '--no-select');
      const { code, output } = await pulumi(machine, stack, {}, 'preview', '--policy-pack', pack);
      assert.equal(code, 0, output);
      const advised = rulesSaid(output).map(({ rule }) => rule);
      assert.deepEqual(advised, stack === 'primary' ? ['dr-dns-check-alarm'] : []);
      const plan = await pulumi(machine, stack, {}, 'preview', '--json', '--show-sames');
      fs.writeFileSync(path.join(machine.dir, `${stack}.plan.json`), plan.stdout);
      const { findings } = packFindings(readPlannedStack(stack, plan.stdout), [], '2026-01-01');
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        advised,
      );
    });
  }

  it('opens the gate, with both plans and a drill of today, and only then', () => {
    const results = path.join(machine.dir, 'results');
    const gate = () => {
      const from = sites.map((stack) => path.join(machine.dir, `${stack}.plan.json`));
      const command = [path.join(checkoutRoot(), 'bin/agente-dr.js'), 'gate', '--json', '--results', results];
      const { status, stdout, stderr } = spawnSync(process.execPath, [...command, '--from', ...from], {
        encoding: 'utf8',
      });
      const { verdict, findings } = JSON.parse(stdout) as { verdict: string; findings: { rule: string }[] };
      return { status, stderr, verdict, rules: [...new Set(findings.map(({ rule }) => rule))] };
    };
    const without = gate();
    assert.equal(without.status, exitCodes.promiseBroken, without.stderr);
    assert.ok(without.rules.includes('dr-gate-evidence'));
    fs.mkdirSync(results);
    saveResult(resultFiles(results, 'region-loss', Date.now()).json, drill());
    const { status, verdict, rules, stderr } = gate();
    assert.deepEqual([status, verdict], [exitCodes.ok, 'open'], `${rules.join()} ${stderr}`);
    // Nobody has asked AWS for more than a new account has; docs/policy.md says so.
    assert.deepEqual(rules, ['dr-gate-capacity', 'dr-dns-check-alarm']);
  });
});
