import assert from 'node:assert/strict';
import { reasonsToFail, type Evidence } from '../../../cli/drill/verdict';
import type { DrillResult } from '../../../recovery/drill-result';
import { passedDrill } from './support';

const clean: Evidence = { spared: [], failoverError: null, missing: { postgres: 0, redis: 0 } };

function reasons(spoil: (result: DrillResult) => void, evidence: Partial<Evidence> = {}): string[] {
  const result = passedDrill();
  spoil(result);
  return reasonsToFail(result, { ...clean, ...evidence });
}

describe('the verdict of a drill', () => {
  it('is passed when every bound is kept', () => {
    assert.deepEqual(
      reasons(() => undefined),
      [],
    );
  });

  it('is passed at the bounds themselves', () => {
    const at = reasons((result) => {
      result.rto = { ...result.rto, seconds: 150, firstSuccessSeconds: 120, ownWorkSeconds: 20 };
      for (const store of result.stores) store.lostSeconds = store.localBoundSeconds;
      result.load.bookingsPerSecond = 100;
    });
    assert.deepEqual(at, []);
  });

  it('rejects times above their bounds, each by name', () => {
    const found = reasons((result) => {
      result.rto = { ...result.rto, seconds: 151, firstSuccessSeconds: 120.5, ownWorkSeconds: 20.1 };
    });
    assert.deepEqual(found, [
      'bookings were back after 151.0 s, the bound is 150 s',
      'the first booking succeeded after 120.5 s, the bound is 120 s',
      'our own work took 20.1 s, the bound is 20 s',
    ]);
  });

  it('rejects a time that was never measured', () => {
    assert.deepEqual(
      reasons((result) => (result.rto = { ...result.rto, seconds: null })),
      ['bookings were back: never measured, the bound is 150 s'],
    );
  });

  it('rejects a store that lost more than its bound', () => {
    const found = reasons((result) => {
      const [postgres] = result.stores;
      if (postgres !== undefined) Object.assign(postgres, { lost: 600, lostSeconds: 5.1 });
    });
    assert.deepEqual(found, ['postgres lost 600 writes of 5.1 s, the bound is 1 s']);
  });

  it('rejects a store whose loss was not measured', () => {
    assert.deepEqual(
      reasons((result) => (result.stores = [])),
      ['postgres', 'redis', 'pms'].map((name) => `the loss of ${name} was not measured`),
    );
  });

  it('rejects a step that failed, with the words of the failover, and does not repeat those after it', () => {
    const found = reasons(
      (result) => {
        for (const step of result.steps)
          if (['promote', 'verify'].includes(step.id)) step.outcome = step.id === 'promote' ? 'failed' : 'not-reached';
      },
      { failoverError: 'error[disk-full]: no space left in us-west-2' },
    );
    assert.deepEqual(found, ['step promote failed: error[disk-full]: no space left in us-west-2']);
  });

  it('rejects a failover that ended badly after its last step', () => {
    assert.deepEqual(
      reasons(() => undefined, { failoverError: 'error[lease-lost]: x' }),
      ['the failover did not end well: error[lease-lost]: x'],
    );
  });

  it('rejects a disaster that did not happen, and says nothing else about the recovery', () => {
    const found = reasons(
      (result) => {
        result.rto = { ...result.rto, seconds: null, firstSuccessSeconds: null, ownWorkSeconds: null };
        result.stores = [];
        for (const step of result.steps) step.outcome = 'not-reached';
      },
      { spared: ['21 processes of us-east-1 are alive', 'no three bookings in a row failed'], missing: {} },
    );
    assert.deepEqual(found, [
      'nothing was destroyed: 21 processes of us-east-1 are alive; no three bookings in a row failed',
    ]);
  });

  it('rejects a load that measures too coarsely', () => {
    assert.deepEqual(
      reasons((result) => (result.load.bookingsPerSecond = 61.2)),
      ['only 61.2 bookings/s before the fault, 100 are needed to measure a loss'],
    );
  });

  it('rejects bookings of the recovered site that are not there', () => {
    assert.deepEqual(
      reasons(() => undefined, { missing: { postgres: 2, redis: 0 } }),
      ['postgres does not hold 2 bookings that the recovered site acknowledged'],
    );
  });
});
