import * as assert from 'node:assert/strict';
import * as path from 'node:path';
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

  async function look(folder: Folder, name: string): Promise<{ code: number | null; rules: string[]; output: string }> {
    project.program(`export = require(${JSON.stringify(path.join(__dirname, '..', folder, `${name}.ts`))});`);
    const { code, output } = await project.previewWithPack(stackFor(name));
    return { code, output, rules: [...new Set(rulesSaid(output).map(({ rule }) => rule))] };
  }

  for (const [name, { rule }] of Object.entries(cases)) {
    it(`fails by exactly ${rule}: ${name}`, async () => {
      const { rules, output } = await look('hollow', name);
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
