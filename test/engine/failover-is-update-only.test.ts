import * as assert from 'node:assert/strict';
import { bringUp } from '../../cli/bring-up';
import { failoverChanges } from '../../infra/failover-table';
import type { Machine } from '../../local/machine';
import { killRegion } from '../../local/up';
import { removeMachine, testMachine } from '../local/support';
import { generatedPasswords, plan, providersInState, pulumi, type PlannedStep } from './support';

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

  it('is carried out while the primary region is gone', async () => {
    await killRegion(machine, 'us-east-1');
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

  it('rejects to make the promoted database a replica again, even for the one who has the token', async () => {
    const { code, output } = await pulumi(machine, 'dr', { demote: 'dr:1' }, 'preview');
    assert.notEqual(code, 0);
    assert.match(output, /database postgres-g1 stands alone and would become a replica again/);
    assert.match(output, /HINT: Raise agente-dr:generation/);
  });

  it('remembers the role after a deployment that failed', async () => {
    const failed = await pulumi(machine, 'dr', { demote: 'dr:1' }, 'up', '--yes', '--skip-preview');
    assert.notEqual(failed.code, 0);
    const { output } = await pulumi(machine, 'dr', {}, 'preview');
    assert.match(output, /role-ratchet/);
  });
});
