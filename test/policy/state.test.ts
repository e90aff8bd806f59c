import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Stack, type Resource } from '../../policy/resource';
import { checkoutRoot } from '../../scripts/checkout';
import { EngineProject } from './engine-project';
import { findingsIn, namesIn, recordProgram, stackOfRecorded } from './programs';

const longest = 3_000;

describe('rules over a large state', function () {
  this.timeout(60_000);

  it('take less than 3 s for 2,000 resources', async () => {
    const all: Resource[] = [];
    for (const name of namesIn('sound'))
      all.push(...stackOfRecorded(await recordProgram('sound', name, false)).resources);
    const copies = Math.ceil(2_000 / all.length);
    const many = Array.from({ length: copies }, (_, copy) =>
      all.map((one) => ({ ...one, urn: `${one.urn}-${copy}` })),
    ).flat();
    const started = performance.now();
    findingsIn(new Stack(many));
    const took = performance.now() - started;
    assert.ok(many.length >= 2_000 && took < longest, `${many.length} resources, ${took.toFixed(0)} ms`);
  });
});

describe('pulumi policy analyze', function () {
  this.timeout(120_000);
  let project: EngineProject;
  before(() => {
    project = new EngineProject();
  });
  after(() => project.remove());

  const analyze = (file: string, ...more: readonly string[]) =>
    project.pulumi('policy', 'analyze', '--policy-pack', path.join(checkoutRoot(), 'policy'), '--file', file, ...more);

  it('finds in an exported state what a preview finds, rejects one of another version, and a broken configuration', async () => {
    await project.pulumi('stack', 'init', 'primary');
    project.program(`export = require(${JSON.stringify(path.join(__dirname, 'hollow', 'kms-window-of-a-week.ts'))});`);
    const up = await project.pulumi('up', '--stack', 'primary', '--yes', '--skip-preview');
    assert.equal(up.code, 0, up.output);
    const file = path.join(project.dir, 'export.json');
    await project.pulumi('stack', 'export', '--stack', 'primary', '--file', file);
    const found = await analyze(file);
    assert.notEqual(found.code, 0);
    assert.match(found.output, /gone 7 d after its deletion, and 30 d are promised \[dr-kms-window\]/);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/"version": 3/, '"version": 99'));
    const other = await analyze(file);
    assert.notEqual(other.code, 0);
    assert.match(other.output, /version/i);
    const config = path.join(project.dir, 'config.json');
    for (const wrong of [
      { 'dr-cache-snapshots': { days: { 2: 'many' } } },
      { 'dr-exemptions': { rows: [{ rule: 'dr-nothing' }] } },
    ]) {
      fs.writeFileSync(config, JSON.stringify(wrong));
      const { code, output } = await project.previewWithPack('primary', '--policy-pack-config', config);
      assert.notEqual(code, 0, output);
      assert.match(output, /days|dr-exemptions/);
    }
  });
});
