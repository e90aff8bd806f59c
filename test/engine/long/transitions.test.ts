import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { parse } from 'yaml';
import { rebuildEdits, stackSite, type Rebuild } from '../../../cli/rebuild/edits';
import { Project } from '../../../cli/pulumi/project';
import { failbackChanges, failoverChanges } from '../../../infra/failover-table';
import { databaseDatasets, type DatabaseDataset, type Site } from '../../../recovery/sites';
import { compiledScript } from '../../../local/compiled-script';
import { environment } from '../../../local/env';
import type { Machine } from '../../../local/machine';
import { exitCodes } from '../../../recovery/errors';
import { removeMachine, testMachine } from '../../local/support';
import { plan, pulumi, type Changes, type PlannedStep } from '../support';

const idle = new Set(['same', 'read']);
const changesOf = (steps: readonly PlannedStep[]): PlannedStep[] => steps.filter(({ op }) => !idle.has(op));
/** The plan as JSON leaves out what stays the same. */
const databasesIn = (steps: readonly PlannedStep[]): string[] =>
  changesOf(steps)
    .filter(({ type }) => type === 'aws:rds/instance:Instance')
    .map(({ op, name }) => `${op} ${name}`)
    .sort();

/** They hold nothing: a list of what AWS Backup copies, and a revision that running tasks keep. */
const replaceable = new Set(['aws:ecs/taskDefinition:TaskDefinition', 'aws:backup/selection:Selection']);
const losses = (steps: readonly PlannedStep[]): string[] =>
  steps
    .filter(({ op, type }) => /delete|replace/.test(op) && !replaceable.has(type))
    .map(({ op, type, name }) => `${op} ${type} ${name}`);

/** What each type is changed in, over all its resources. */
function changedProperties(steps: readonly PlannedStep[]): Record<string, string[]> {
  const found: Record<string, Set<string>> = {};
  for (const { type, changed } of changesOf(steps)) {
    for (const property of changed) (found[type] ??= new Set()).add(property);
  }
  return Object.fromEntries(Object.entries(found).map(([type, properties]) => [type, [...properties].sort()]));
}

const sorted = (table: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(table).map(([type, list]) => [type, [...list].sort()]));

/** The whole life of the two sites, in order: each test finds what the one before has left. */
describe('the ways between the roles on the real engine', function () {
  this.timeout(300_000);
  let machine: Machine;

  async function deploy(stack: Site, changes: Changes): Promise<void> {
    const { code, output } = await pulumi(machine, stack, changes, 'up', '--yes', '--skip-preview');
    assert.equal(code, 0, output);
  }

  function edits(stack: Site, peerGeneration: number): Rebuild {
    const { config } = parse(Project.at(machine.projectDir).stackText(stack)) as { config: Record<string, unknown> };
    const keys = Object.entries(config).map(([key, value]) => [key.replace('agente-dr:', ''), value]);
    const site = stackSite.parse({ ...Object.fromEntries(keys), role: 'active' });
    const peers = Object.fromEntries(databaseDatasets.map((one) => [one, peerGeneration]));
    return rebuildEdits(site, peers as Record<DatabaseDataset, number>);
  }

  before(async () => {
    machine = await testMachine();
    for (const stack of ['dr', 'primary'] as const) {
      const { code, output } = await pulumi(machine, stack, null, 'stack', 'init', '--no-select');
      assert.equal(code, 0, output);
      await deploy(stack, { role: 'foundation' });
    }
  });
  after(() => removeMachine(machine));

  it('only add to a foundation: it becomes the active site, or the standby', async () => {
    for (const [stack, role] of [
      ['primary', 'active'],
      ['dr', 'standby'],
    ] as const) {
      const steps = await plan(machine, stack, { role });
      assert.deepEqual(losses(steps), []);
      assert.deepEqual(
        changesOf(steps)
          .filter(({ op }) => op !== 'create')
          .map(({ type }) => type),
        ['aws:s3/bucketObjectv2:BucketObjectv2'],
      );
      await deploy(stack, { role });
    }
  });

  it('reject to lower a site to its foundation, which would delete what is protected', async () => {
    const { code, output } = await pulumi(machine, 'primary', { role: 'foundation', demote: 'primary:1' }, 'preview');
    assert.notEqual(code, 0, output);
    assert.match(output, /protect/);
  });

  it('promote dr by the table alone', async () => {
    const steps = await plan(machine, 'dr', { role: 'active' });
    assert.deepEqual(new Set(changesOf(steps).map(({ op }) => op)), new Set(['update']));
    assert.deepEqual(changedProperties(steps), sorted(failoverChanges));
    await deploy('dr', { role: 'active' });
  });

  it('rebuild the first site as a standby of the second, beside the databases it had', async () => {
    const next = { ...edits('primary', 1) };
    const steps = await plan(machine, 'primary', next);
    assert.deepEqual(losses(steps), []);
    assert.deepEqual(databasesIn(steps), ['create pms-g2', 'create postgres-g2']);
    await deploy('primary', next);
    assert.deepEqual(changesOf(await plan(machine, 'primary', { ...next, demote: null })), []);
  });

  it('promote the first site again by the table, and by its check that looks again', async () => {
    const active = { ...edits('primary', 1), role: 'active', demote: null };
    const steps = await plan(machine, 'primary', active);
    assert.deepEqual(new Set(changesOf(steps).map(({ op }) => op)), new Set(['update']));
    assert.deepEqual(changedProperties(steps), sorted(failbackChanges));
    assert.deepEqual(databasesIn(steps), ['update pms-g2', 'update postgres-g2']);
    await deploy('primary', active);
  });

  it('make the second site the standby again, beside the databases it had', async () => {
    const next = { ...edits('dr', 2) };
    const steps = await plan(machine, 'dr', next);
    assert.deepEqual(losses(steps), []);
    assert.deepEqual(databasesIn(steps), ['create pms-g2', 'create postgres-g2']);
    await deploy('dr', next);
  });

  it('reject to drop a database that nobody has retired', async () => {
    const next = edits('dr', 2);
    const databases = { ...next.databases, pms: { ...next.databases.pms, retained: [] } };
    const { code, output } = await pulumi(machine, 'dr', { ...next, databases }, 'preview');
    assert.notEqual(code, 0);
    assert.match(output, /protect/);
  });

  it('retire a generation by its name alone: never the one that serves, and all of it at once', async () => {
    const retire = (...args: string[]) => {
      const command = [compiledScript('cli/main'), 'retire', '--stack', 'dr', '--json', ...args];
      const env = { ...process.env, ...environment(machine) };
      return spawnSync(process.execPath, command, { env, encoding: 'utf8' });
    };
    assert.equal(retire('--generation', '2', '--confirm', 'dr-g2').status, exitCodes.refused);
    assert.equal(retire('--generation', '1', '--confirm', 'primary-g1').status, exitCodes.usage);
    const forgotten = (run: ReturnType<typeof retire>): number =>
      (JSON.parse(run.stdout) as { urns: string[] }[]).flatMap(({ urns }) => urns).length;
    const dry = retire('--generation', '1', '--dry-run');
    assert.ok(forgotten(dry) >= 2, dry.stdout);
    assert.equal(forgotten(retire('--generation', '1', '--confirm', 'dr-g1')), forgotten(dry));
    assert.equal(forgotten(retire('--generation', '1', '--confirm', 'dr-g1')), 0);
    const { databases, ...rest } = edits('dr', 2);
    const without = Object.fromEntries(databaseDatasets.map((one) => [one, { ...databases[one], retained: [] }]));
    const steps = changesOf(await plan(machine, 'dr', { ...rest, demote: null, databases: without }));
    assert.deepEqual(
      steps.map(({ op, name }) => `${op} ${name}`),
      ['update contract'],
    );
  });
});
