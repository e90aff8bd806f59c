import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { judge } from '../../policy/judge';
import type { Stack } from '../../policy/resource';
import type { Rule, Setting } from '../../policy/rule';
import { rules } from '../../policy/rules';
import { numberOf } from '../../policy/settings';
import { AgenteError, exitCodes } from '../../recovery/errors';
import type { Tier } from '../../recovery/tiers';
import { EngineProject, rulesSaid } from './engine-project';
import { namesIn, recordProgram, stackOfRecorded } from './programs';

const all = rules.flatMap((rule) =>
  Object.entries(rule.settings ?? {}).map(([name, setting]) => ({ rule, name, setting })),
);
const tiers = [1, 2, 3, 4] as const satisfies readonly Tier[];

/** Beyond whatever a sound program does. */
const strictest = ({ bound }: Setting): number => (bound === 'at least' ? 1_000_000 : 0);
const weaker = ({ bound, promised }: Setting, tier: Tier): number => promised[tier] + (bound === 'at least' ? -1 : 1);

describe('a number of a rule', function () {
  this.timeout(120_000);
  const stacks: Stack[] = [];
  before(async () => {
    for (const name of namesIn('sound')) stacks.push(stackOfRecorded(await recordProgram('sound', name, false)));
  });

  const breaches = (rule: Rule, name?: string, value?: number): number =>
    stacks.flatMap((stack) =>
      stack.resources.flatMap((one) => {
        const judged = judge(rule, one, stack, (_rule, asked) => (asked === name ? value : undefined));
        return judged.findings;
      }),
    ).length;

  for (const { rule, name, setting } of all) {
    it(`is what the check compares with: ${rule.id} ${name}`, () => {
      assert.equal(breaches(rule), 0);
      assert.ok(breaches(rule, name, strictest(setting)) > 0, 'no sound program breaks the strictest number');
    });

    it(`rejects less than is promised, in every tier: ${rule.id} ${name}`, () => {
      for (const tier of tiers) {
        assert.equal(numberOf(rule, name, tier, undefined), setting.promised[tier]);
        assert.equal(numberOf(rule, name, tier, setting.promised[tier]), setting.promised[tier]);
        assert.throws(
          () => numberOf(rule, name, tier, weaker(setting, tier)),
          (error) => error instanceof AgenteError && error.exitCode === exitCodes.usage,
        );
      }
    });
  }
});

describe('the numbers of rules on the real engine', function () {
  this.timeout(120_000);
  let project: EngineProject;
  before(async () => {
    project = new EngineProject();
    project.program(`export = require(${JSON.stringify(path.join(__dirname, 'sound', 'dns-pair.ts'))});`);
    await project.pulumi('stack', 'init', 'primary');
  });
  after(() => project.remove());

  function previewWith(seconds: number) {
    const file = path.join(project.dir, 'config.json');
    fs.writeFileSync(file, JSON.stringify({ 'dr-dns-ttl': { seconds: { '1': seconds } } }));
    return project.previewWithPack('primary', '--policy-pack-config', file);
  }

  it('can be made stricter', async () => {
    const { code, output } = await previewWith(20);
    assert.notEqual(code, 0, output);
    assert.deepEqual([...new Set(rulesSaid(output).map(({ rule }) => rule))], ['dr-dns-ttl'], output);
    assert.match(output, /20 s are promised/);
  });

  it('rejects what is weaker than the promise, before it judges anything', async () => {
    const { code, output } = await previewWith(61);
    assert.notEqual(code, 0, output);
    assert.match(output, /seconds.*less than or equal to 60/s);
    assert.deepEqual(rulesSaid(output), []);
  });
});
