import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { parse } from 'yaml';
import { rebuildEdits, stackSite } from '../../cli/rebuild/edits';
import { Project } from '../../cli/pulumi/project';
import type { Machine } from '../../local/machine';
import { writeProject } from '../../local/project';
import { databaseDatasets, roles, sites, type Role, type Site } from '../../recovery/sites';
import { checkoutRoot } from '../../scripts/checkout';
import { emptyMachine, removeMachine } from '../local/support';
import { listDiff, resourceList } from './resource-list';
import { pulumi, type Changes } from './support';

const rewrites = process.env['UPDATE_SNAPSHOTS'] === '1';
const snapshotFile = (stack: Site, role: Role): string =>
  path.join(checkoutRoot(), 'test', 'engine', 'snapshots', `${stack}-${role}.txt`);

/** Read by people in a pull request: what stands in a site, and what a change adds to it or takes away. */
describe('the list of resources on the real engine', function () {
  this.timeout(300_000);
  const lists = new Map<string, readonly string[]>();
  let machine: Machine;

  /** What the file of a stack says where it has this role. */
  function changes(stack: Site, role: Role): Changes {
    if (stack !== 'primary' || role !== 'standby') return { role };
    // Born active, it is a standby only after it was lost: beside the databases it had.
    const { config } = parse(Project.at(machine.projectDir).stackText(stack)) as { config: Record<string, unknown> };
    const keys = Object.entries(config).map(([key, value]) => [key.replace('agente-dr:', ''), value]);
    return { ...rebuildEdits(stackSite.parse(Object.fromEntries(keys)), { postgres: 1, pms: 1 }), demote: null };
  }

  async function succeed(...run: Parameters<typeof pulumi>): Promise<string> {
    const { code, stdout, output } = await pulumi(...run);
    assert.equal(code, 0, output);
    return stdout;
  }

  /** Says of a stack that nobody deployed that it is a standby: the program lets no site begin active on replicas. */
  async function claimStandby(stack: Site): Promise<void> {
    const databases = databaseDatasets.map((dataset) => ({ dataset, generation: 1 }));
    const type = 'pulumi:pulumi:Stack';
    const urn = `urn:pulumi:${stack}::agente-dr::${type}::agente-dr-${stack}`;
    const outputs = { contract: { role: 'standby', generation: 1, databases } };
    const state = { version: 3, deployment: { resources: [{ urn, type, custom: false, outputs }] } };
    const file = path.join(machine.dir, `${stack}.json`);
    fs.writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await succeed(machine, stack, null, 'stack', 'import', '--file', file);
  }

  async function preview(stack: Site): Promise<void> {
    await succeed(machine, stack, null, 'stack', 'init', '--no-select');
    for (const role of roles) {
      if (stack === 'dr' && role === 'active') await claimStandby(stack);
      const plan = await succeed(machine, stack, changes(stack, role), 'preview', '--json', '--show-sames');
      lists.set(`${stack} ${role}`, resourceList(plan));
    }
  }

  // No server runs: a plan of what nobody deployed asks no region.
  before(async () => {
    machine = await emptyMachine();
    writeProject(machine);
    await Promise.all(sites.map(preview));
  });
  after(() => removeMachine(machine));

  const listOf = (stack: Site, role: Role): readonly string[] => {
    const list = lists.get(`${stack} ${role}`);
    assert.ok(list);
    return list;
  };

  for (const stack of sites) {
    for (const role of roles) {
      it(`is the one that was reviewed, of ${stack} as ${role}`, () => {
        const file = snapshotFile(stack, role);
        const list = listOf(stack, role);
        if (rewrites) fs.writeFileSync(file, `${list.join('\n')}\n`);
        const reviewed = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
        const diff = listDiff(reviewed, list).join('\n');
        assert.ok(diff === '', `${path.basename(file)} differs; UPDATE_SNAPSHOTS=1 accepts it:\n${diff}`);
        assert.deepEqual(list, reviewed);
      });
    }
  }

  it('is the same for dr as standby and as active', () => {
    assert.deepEqual(listDiff(listOf('dr', 'standby'), listOf('dr', 'active')), []);
  });

  it('loses nothing of what stood when a site is rebuilt as a standby', () => {
    const gone = listDiff(listOf('primary', 'active'), listOf('primary', 'standby')).filter((line) =>
      line.startsWith('-'),
    );
    assert.deepEqual(gone, []);
  });

  it('names no account and no port of the machine', () => {
    const text = [...lists.values()].flat().join('\n');
    for (const own of [machine.file.accountId, String(machine.file.listenerPort), machine.file.name]) {
      assert.equal(text.includes(own), false, own);
    }
  });
});
