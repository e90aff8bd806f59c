import * as assert from 'node:assert/strict';
import { beatLoss } from '../../../cli/drill/pms-loss';

const beat = (sequence: number, at: string) => ({ epoch: 1, sequence, at: `2026-11-28T10:00:${at}.000Z` });
const faultAt = Date.parse('2026-11-28T10:00:30.500Z');

describe('the loss of the PMS', () => {
  it('is nothing when the newest beat is held, however old it is', () => {
    assert.deepEqual(beatLoss(beat(30, '20'), beat(30, '20'), faultAt), { acknowledged: 30, lost: 0, lostSeconds: 0 });
  });

  it('begins with the oldest beat that is lost', () => {
    assert.deepEqual(beatLoss(beat(30, '30'), beat(29, '27'), faultAt), {
      acknowledged: 30,
      lost: 1,
      lostSeconds: 0.5,
    });
    const five = beatLoss(beat(30, '30'), beat(25, '15'), faultAt);
    assert.deepEqual([five.lost, five.lostSeconds], [5, 12.5]);
  });

  it('is no less when nothing is held', () => {
    const { lost, lostSeconds } = beatLoss(beat(30, '30'), null, faultAt);
    assert.equal(lost, 30);
    assert.ok(lostSeconds > 86_400);
  });
});
