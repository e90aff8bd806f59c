import assert from 'node:assert/strict';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { regionLossObjective, tiers, type Tier } from '../../recovery/tiers';
import { workload } from '../../recovery/workload';

describe('region loss', () => {
  it('plans for less than its RTO', () => {
    const planned = regionLossScenario.steps.reduce((sum, step) => sum + step.budget.ms, 0);
    assert.ok(planned <= regionLossScenario.objective.rto.ms, `steps add to ${String(planned / 60_000)} min`);
  });

  it('leaves every step after the first irreversible one irreversible', () => {
    const flags = regionLossScenario.steps.map((step) => step.irreversible === true);
    assert.deepEqual(flags, [...flags].sort());
  });

  it('redirects guests only after the promotion is verified, and proves a recovery point last', () => {
    const order = regionLossScenario.steps.map((step) => step.id);
    assert.ok(order.indexOf('fence') < order.indexOf('promote'), 'fence before promote');
    assert.ok(order.indexOf('verify') < order.indexOf('redirect'), 'verify before redirect');
    assert.equal(order.at(-1), 'protect');
  });

  it('bounds on one machine the loss of datasets that the workload has', () => {
    for (const name of Object.keys(regionLossScenario.local.rpo)) assert.ok(name in workload.datasets, name);
  });

  it('bounds one machine more tightly than the objective', () => {
    const { local, objective } = regionLossScenario;
    assert.ok(objective.rto.isLongerThan(local.rto));
    assert.ok(local.rto.isLongerThan(local.firstSuccess));
    for (const bound of Object.values(local.rpo)) assert.ok(objective.rpo.isLongerThan(bound));
  });
});

describe('the objective of a dataset in a region loss', () => {
  it('is never tighter than its tier nor than the region row', () => {
    for (const tier of Object.keys(tiers).map(Number) as Tier[]) {
      const objective = regionLossObjective(tier);
      assert.ok(objective.rto.ms >= tiers[tier].rto.ms && objective.rpo.ms >= tiers[tier].rpo.ms);
      assert.ok(objective.rto.seconds >= 4 * 3600 && objective.rpo.seconds >= 900);
    }
  });

  it('gives tier 1 the region row: 4 h and 15 min', () => {
    assert.deepEqual([regionLossObjective(1).rto.toString(), regionLossObjective(1).rpo.toString()], ['4h', '15m']);
  });
});

describe('the tiers', () => {
  it('loosen from each tier to the next', () => {
    const rows = ([1, 2, 3, 4] as const).map((tier) => tiers[tier]);
    rows.slice(1).forEach((row, index) => {
      assert.ok(row.rto.ms > (rows[index]?.rto.ms ?? 0) && row.rpo.ms > (rows[index]?.rpo.ms ?? 0));
    });
  });
});
