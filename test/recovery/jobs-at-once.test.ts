import * as assert from 'node:assert/strict';
import { duration } from '../../recovery/duration';
import { mostAtOnce } from '../../recovery/jobs-at-once';
import { Schedule } from '../../recovery/schedule';

const job = (cron: string, budget: `${number}m`, needs = 1) => ({
  schedule: Schedule.cron(cron),
  budget: duration(budget),
  needs,
});

describe('what jobs need at one moment', () => {
  it('counts those that may still run when another starts, and not those that are over', () => {
    assert.equal(mostAtOnce([job('0 3 * * *', '31m'), job('30 3 * * *', '5m')]), 2);
    assert.equal(mostAtOnce([job('0 3 * * *', '30m'), job('30 3 * * *', '5m')]), 1);
  });

  it('counts over midnight, and a job that overtakes itself', () => {
    assert.equal(mostAtOnce([job('50 23 * * *', '20m'), job('0 0 * * *', '5m', 3)]), 4);
    assert.equal(mostAtOnce([job('*/10 * * * *', '25m')]), 3);
  });

  it('takes all days for days of each job', () => {
    assert.equal(mostAtOnce([job('0 3 * * 0', '5m'), job('0 3 * * 1', '5m')]), 2);
    assert.equal(mostAtOnce([]), 0);
  });
});
