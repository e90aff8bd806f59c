import * as assert from 'node:assert/strict';
import type { Machine } from '../../local/machine';
import { removeMachine, testMachine } from '../local/support';
import { plan, pulumi } from './support';

describe('the program on the real engine', function () {
  this.timeout(120_000);
  let machine: Machine;

  before(async () => {
    machine = await testMachine();
    for (const stack of ['primary', 'dr'] as const) {
      const { code, output } = await pulumi(machine, stack, null, 'stack', 'init', '--no-select');
      assert.equal(code, 0, output);
    }
  });
  after(() => removeMachine(machine));

  it('previews a stack that has never been deployed', async () => {
    const steps = await plan(machine, 'dr', { role: 'foundation' });
    assert.ok(steps.length > 60, String(steps.length));
    for (const { op, name } of steps) assert.ok(op === 'create' || op === 'read', name);
  });

  it('rejects a faulty configuration with all its faults, and plans nothing', async () => {
    const { code, output } = await pulumi(
      machine,
      'dr',
      { role: 'stand-by', witnessRegion: null, zones: null, zone: 'us-west-2a' },
      'preview',
    );
    assert.notEqual(code, 0);
    assert.match(output, /config-invalid: Pulumi\.dr\.yaml has 4 faults/);
    assert.match(output, /agente-dr:zone is unknown, perhaps agente-dr:zones/);
    assert.match(output, /HINT: /);
    assert.doesNotMatch(output, /aws:/);
  });

  it('rejects another account than the configured one', async () => {
    const { code, output } = await pulumi(machine, 'dr', { accountId: '210987654321', role: 'foundation' }, 'preview');
    assert.notEqual(code, 0);
    assert.match(output, /account/i);
  });
});
