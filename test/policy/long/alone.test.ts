import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { packFindings } from '../../../cli/gate/pack-findings';
import { readPlannedStack } from '../../../cli/gate/planned-stack';
import { rules as pack } from '../../../policy/rules';
import { stackReference } from '../../../policy/types';
import { cases } from '../cases';
import { EngineProject, rulesSaid } from '../engine-project';
import { namesIn, stackFor, type Folder } from '../programs';

describe('each program alone on the real engine', function () {
  this.timeout(120_000);
  let project: EngineProject;
  before(async () => {
    project = new EngineProject();
    // The other stack is there to be asked, and says nothing.
    for (const stack of ['primary', 'dr']) {
      project.program('export const nothing = 0;');
      await project.pulumi('stack', 'init', stack);
      await project.pulumi('up', '--stack', stack, '--yes', '--skip-preview');
    }
  });
  after(() => project.remove());

  function use(folder: Folder, name: string): void {
    project.program(`export = require(${JSON.stringify(path.join(__dirname, '..', folder, `${name}.ts`))});`);
  }

  async function look(folder: Folder, name: string): Promise<{ code: number | null; rules: string[]; output: string }> {
    use(folder, name);
    const { code, output } = await project.previewWithPack(stackFor(name));
    return { code, output, rules: [...new Set(rulesSaid(output).map(({ rule }) => rule))] };
  }

  /** The engine shows a policy pack nothing that is only read: there the gate must see it, in the saved plan. */
  async function lookInPlan(name: string): Promise<{ rules: string[]; output: string }> {
    use('hollow', name);
    const stack = stackFor(name);
    const { output } = await project.pulumi('preview', '--stack', stack, '--json', '--show-sames');
    const { findings } = packFindings(readPlannedStack(stack, output), [], '2026-01-01');
    return { output, rules: [...new Set(findings.map((finding) => finding.rule))] };
  }
  const onlyRead = new Set<string>(
    pack.filter(({ types }) => types.every((type) => type === stackReference)).map(({ id }) => id),
  );

  for (const [name, { rule }] of Object.entries(cases)) {
    it(`fails by exactly ${rule}: ${name}`, async () => {
      const { rules, output } = onlyRead.has(rule) ? await lookInPlan(name) : await look('hollow', name);
      assert.deepEqual(rules, [rule], output);
    });
  }

  for (const name of namesIn('sound')) {
    it(`passes: ${name}`, async () => {
      const { code, rules, output } = await look('sound', name);
      assert.deepEqual([code, rules], [0, []], output);
    });
  }
});
