import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { rules } from '../../policy/rules';
import { cases } from './cases';
import { EngineProject, rulesSaid } from './engine-project';

const scopeOf = new Map<string, 'resource' | 'stack'>(rules.map(({ id, scope }) => [id, scope]));
/** Those whose mistake shows in one resource; the other stack has a preview of its own. */
const together = Object.entries(cases).filter(
  ([, { rule, stack }]) => scopeOf.get(rule) === 'resource' && stack === undefined,
);

/** A component for each program: in one stack, and told apart by their URNs. */
const program = `
import * as pulumi from '@pulumi/pulumi';
const { at, home, away } = require(${JSON.stringify(path.join(__dirname, 'place.ts'))});
const sites: Record<string, any> = { [home]: at(home), [away]: at(away) };
class Case extends pulumi.ComponentResource {}
for (const [name, first] of ${JSON.stringify(together.map(([name, { twin }]) => [name, /^rds-(replica|snapshot-copy)$/.test(twin) ? 'us-west-2' : 'us-east-1']))}) {
  const parent = new Case('case:index:' + name, name);
  const program = require(${JSON.stringify(path.join(__dirname, 'hollow'))} + '/' + name + '.ts');
  program({ ...sites[first], parent }, { ...sites[away], parent });
}
`;

describe('programs with one mistake on the real engine', function () {
  this.timeout(120_000);
  let project: EngineProject;
  before(() => {
    project = new EngineProject();
  });
  after(() => project.remove());

  it('fail one preview together, each by the rule that is meant', async () => {
    assert.ok(together.length >= 60, String(together.length));
    project.program(program);
    assert.equal((await project.pulumi('stack', 'init', 'primary')).code, 0);
    const { code, output } = await project.previewWithPack('primary');
    assert.notEqual(code, 0);
    const said = rulesSaid(output).filter(({ rule }) => scopeOf.get(rule) === 'resource');
    assert.ok(said.length > 0, output.slice(-4_000));
    for (const [name, { rule }] of together) {
      const own = said.filter(({ urn }) => urn.includes(`case:index:${name}$`)).map((one) => one.rule);
      assert.deepEqual([...new Set(own)], [rule], name);
    }
  });
});
