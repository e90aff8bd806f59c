import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { judgeLoss, measureLosses, worstOf, type Loss } from '../../../cli/failover/loss';
import type { HeartbeatRecord, ReplayRecord } from '../../../recovery/control';
import { duration, Duration } from '../../../recovery/duration';
import { AgenteError, type ErrorCode } from '../../../recovery/errors';

const t0 = Date.UTC(2026, 10, 23, 20);
const at = (ms: number): string => new Date(t0 + ms).toISOString();

const beat = (ms: number): HeartbeatRecord => ({
  version: 2,
  site: 'primary',
  epoch: 1,
  sequence: 7,
  at: at(ms),
  databases: { postgres: { epoch: 1, sequence: 7, at: at(ms) } },
  fenced: false,
  cacheSeededEpoch: 1,
});

const replay = (ms: number | null): ReplayRecord => ({
  version: 2,
  site: 'dr',
  databases: { postgres: ms === null ? null : { epoch: 1, sequence: 6, at: at(ms) } },
  reportedAt: at(0),
});

const coded = (code: ErrorCode) => (error: unknown) => error instanceof AgenteError && error.code === code;
const objective = duration('15m');

function measureLoss(...[witnessed, replayed, fresh]: [HeartbeatRecord | null, ReplayRecord | null, boolean]): Loss {
  const [loss] = measureLosses(['postgres'], witnessed, replayed, fresh);
  assert(loss !== undefined);
  return loss;
}
const lossOf = (seconds: number | null): Loss => ({ dataset: 'postgres', seconds, detail: 'x' });

describe('loss', () => {
  it('is the witnessed beat minus the replayed one, and never negative', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(10_000_000), (witnessed, replayed) => {
        const { seconds } = measureLoss(beat(witnessed), replay(replayed), true);
        assert.equal(seconds, Math.max(0, witnessed - replayed) / 1_000);
      }),
    );
  });

  it('grows when the standby has replayed less', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(1_000_000), (witnessed, replayed, less) => {
        const near = measureLoss(beat(witnessed), replay(replayed), true).seconds ?? 0;
        const far = measureLoss(beat(witnessed), replay(replayed - less), true).seconds ?? 0;
        assert(far >= near);
      }),
    );
  });

  it('is called an upper bound when the report of the standby is old', () => {
    assert.match(measureLoss(beat(5_000), replay(0), false).detail, /loss at most 5\.0 s/);
    assert.doesNotMatch(measureLoss(beat(5_000), replay(0), true).detail, /at most/);
  });

  it('is unmeasured without a beat, without a report, and without a replayed beat', () => {
    assert.equal(measureLoss(null, replay(0), true).seconds, null);
    assert.equal(measureLoss(beat(0), null, true).seconds, null);
    assert.equal(measureLoss(beat(0), replay(null), true).seconds, null);
    const [unheard] = measureLosses(['pms'], beat(0), replay(0), true);
    assert.equal(unheard?.seconds, null);
    assert.match(unheard.detail, /never answered its keeper/);
  });

  it('passes at the objective and rejects one millisecond above it', () => {
    judgeLoss(lossOf(objective.seconds), objective, null);
    const above = lossOf(objective.seconds + 0.001);
    assert.throws(() => {
      judgeLoss(above, objective, null);
    }, coded('loss-above-objective'));
  });

  it('passes up to what was accepted, and accepting less than the objective takes nothing away', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (lost, accepted) => {
        const judge = () => {
          judgeLoss(lossOf(lost), objective, Duration.ofMs(accepted * 1_000));
        };
        if (lost <= Math.max(accepted, objective.seconds)) judge();
        else assert.throws(judge, coded('loss-above-objective'));
      }),
    );
  });

  it('is measured for every database of the site, also for one that nobody has heard of', () => {
    const losses = measureLosses(['postgres', 'pms'], beat(5_000), replay(2_000), true);
    assert.deepEqual(
      losses.map(({ dataset, seconds }) => [dataset, seconds]),
      [
        ['postgres', 3],
        ['pms', null],
      ],
    );
    assert.equal(worstOf(losses), null);
    assert.equal(worstOf([lossOf(1), lossOf(4), lossOf(2)]), 4);
  });

  it('names in its hint a duration that would be accepted', () => {
    const loss = lossOf(1_000.4);
    try {
      judgeLoss(loss, objective, null);
      assert.fail('not refused');
    } catch (error) {
      assert(error instanceof AgenteError);
      const named = /--accept-loss (\S+)\./.exec(error.hint)?.[1] ?? '';
      judgeLoss(loss, objective, Duration.parse(named));
    }
  });

  it('rejects an unmeasured loss unless one is accepted', () => {
    assert.throws(() => {
      judgeLoss(lossOf(null), objective, null);
    }, coded('loss-unmeasured'));
    judgeLoss(lossOf(null), objective, duration('1h'));
  });
});
