import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { bringUp } from '../../cli/bring-up';
import { failoverChanges } from '../../infra/failover-table';
import type { Machine } from '../../local/machine';
import { killRegion } from '../../local/up';
import { removeMachine, testMachine } from '../local/support';
import { generatedPasswords, plan, providersInState, pulumi, rewriteState, type PlannedStep } from './support';

const idle = new Set(['same', 'read']);
const asText = ({ op, type, name }: PlannedStep): string => `${op} ${type} ${name}`;

/** In order: each test finds what the one before has left. */
describe('failover on the real engine', function () {
  this.timeout(180_000);
  let machine: Machine;

  before(async () => {
    machine = await testMachine();
    await bringUp(machine);
  });
  after(() => removeMachine(machine));

  it('changes nothing when a deployed site is deployed again', async () => {
    for (const stack of ['primary', 'dr'] as const) {
      const steps = await plan(machine, stack);
      assert.deepEqual(steps.filter(({ op }) => !idle.has(op)).map(asText), []);
    }
  });

  it('has every resource of dr on the one provider of dr', async () => {
    assert.deepEqual(await providersInState(machine, 'dr'), ['site']);
    assert.deepEqual(await providersInState(machine, 'primary'), ['site', 'witness']);
  });

  it('keeps no generated password in the clear in its state', async () => {
    for (const stack of ['primary', 'dr'] as const) {
      const passwords = await generatedPasswords(machine, stack);
      assert.ok(passwords.length > 0);
      const { stdout } = await pulumi(machine, stack, null, 'stack', 'export');
      for (const password of passwords) assert.equal(stdout.includes(password), false, stack);
    }
  });

  it('plans updates alone, of the properties in the table and of all of them', async () => {
    const steps = await plan(machine, 'dr', { role: 'active' });
    const changes = steps.filter(({ op }) => !idle.has(op));
    assert.deepEqual(changes.filter(({ op }) => op !== 'update').map(asText), []);
    const found = Object.fromEntries(changes.map(({ type, changed }) => [type, [...changed].sort()]));
    const table = Object.fromEntries(Object.entries(failoverChanges).map(([type, list]) => [type, [...list].sort()]));
    assert.deepEqual(found, table);
  });

  it('needs nothing of the primary: neither its region, nor its objects, nor its state', async () => {
    await killRegion(machine, 'us-east-1');
    const stacks = path.join(machine.stateDir, '.pulumi', 'stacks', 'agente-dr');
    const files = fs.readdirSync(stacks).filter((name) => name.startsWith('primary.'));
    assert.ok(files.length > 0);
    for (const name of files) fs.rmSync(path.join(stacks, name));
    const { code, output } = await pulumi(machine, 'dr', {}, 'up', '--yes', '--skip-preview');
    assert.equal(code, 0, output);
    assert.deepEqual((await plan(machine, 'dr')).filter(({ op }) => !idle.has(op)).map(asText), []);
  });

  it('is carried out while they are gone', async () => {
    const { code, output } = await pulumi(machine, 'dr', { role: 'active' }, 'up', '--yes', '--skip-preview');
    assert.equal(code, 0, output);
    const role = await pulumi(machine, 'dr', null, 'stack', 'output', 'role');
    assert.equal(role.stdout.trim(), 'active');
  });

  it('changes nothing when it is carried out a second time', async () => {
    const steps = await plan(machine, 'dr', { role: 'active' });
    assert.deepEqual(steps.filter(({ op }) => !idle.has(op)).map(asText), []);
  });

  it('rejects the next deployment from Git, where the role is still standby', async () => {
    for (const verb of [['preview'], ['up', '--yes', '--skip-preview']]) {
      const { code, output } = await pulumi(machine, 'dr', {}, ...verb);
      assert.notEqual(code, 0);
      assert.match(output, /role-ratchet: site dr is active \(generation 1\)/);
      assert.match(output, /HINT: Run pulumi config set role active --stack dr/);
      assert.doesNotMatch(output, /at .*\.ts:\d+/);
    }
  });

  it('rejects to give up a database that stands alone without another one in its place', async () => {
    const { code, output } = await pulumi(machine, 'dr', { demote: 'dr:1' }, 'preview');
    assert.notEqual(code, 0);
    assert.match(output, /databases\.postgres stands alone for ever as generation 1: take 2/);
  });

  it('remembers the role after a deployment that failed', async () => {
    const failed = await pulumi(machine, 'dr', { demote: 'dr:1' }, 'up', '--yes', '--skip-preview');
    assert.notEqual(failed.code, 0);
    const { output } = await pulumi(machine, 'dr', {}, 'preview');
    assert.match(output, /role-ratchet/);
  });

  it('rejects to make a promoted database a replica again where a killed promotion has left no word of it', async () => {
    await rewriteState(machine, 'dr', (text) => text.replaceAll('"role": "active"', '"role": "standby"'));
    const { code, output } = await pulumi(machine, 'dr', {}, 'preview');
    assert.notEqual(code, 0);
    assert.match(output, /database (postgres|pms)-g1 stands alone and would become a replica again/);
    assert.match(output, /HINT: Raise the generation of this database/);
  });
});
