import assert from 'node:assert/strict';
import { applyFix, asJson } from '../../recovery/apply-fix';
import { AgenteError } from '../../recovery/errors';
import { requirePlan } from '../../recovery/require-plan';
import { workload } from '../../recovery/workload';

describe('what the program requires of the workload', () => {
  it('is a plan, which the shipped one has', () => {
    assert.equal(requirePlan(workload).datasets['postgres']?.tier, 1);
  });

  it('rejects a workload with every fault at once, in the words of the command', () => {
    const changes = [
      { path: ['datasets', 'redis', 'tier'], value: 7 },
      { path: ['jobs', 'pms-full', 'schedule'], value: '0 0 31 6 *' },
    ];
    assert.throws(
      () => requirePlan(applyFix(asJson(workload), { text: '', changes })),
      (error) =>
        error instanceof AgenteError &&
        error.code === 'promise-broken' &&
        error.message.includes('[tier-unknown]\n  fix: set datasets.redis.tier to 1') &&
        error.message.includes('[schedule-never-fires]\n  fix: set jobs.pms-full.schedule to "0 3 * * *"'),
    );
  });
});
