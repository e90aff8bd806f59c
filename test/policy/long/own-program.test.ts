import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { packFindings } from '../../../cli/gate/pack-findings';
import { readPlannedStack } from '../../../cli/gate/planned-stack';
import type { Machine } from '../../../local/machine';
import { writeProject } from '../../../local/project';
import { sites } from '../../../recovery/sites';
import { checkoutRoot } from '../../../scripts/checkout';
import { pulumi } from '../../engine/support';
import { emptyMachine, removeMachine } from '../../local/support';
import { rulesSaid } from '../engine-project';

const pack = path.join(checkoutRoot(), 'policy');

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
      const { findings } = packFindings(readPlannedStack(stack, plan.stdout), [], '2026-01-01');
      assert.deepEqual(
        findings.map(({ rule }) => rule),
        advised,
      );
    });
  }
});
