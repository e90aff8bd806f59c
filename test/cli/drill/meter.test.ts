import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Try } from '../../../cli/drill/ledger';
import { firstSuccessAt, lossOf, OutageDetector, perSecond, recoveredAt, steadyRate } from '../../../cli/drill/meter';

const fault = 1_700_000_000_000;

/** Ten bookings in each second from the fault on; `share(second)` of them succeed at the given site. */
function hotel(seconds: number, succeed: (second: number, index: number) => boolean): Try[] {
  return Array.from({ length: seconds * 10 }, (_, index) => {
    const sentAt = fault + index * 100;
    const good = succeed(Math.floor(index / 10), index % 10);
    return {
      sequence: index,
      sentAt,
      endedAt: sentAt + 20,
      site: good ? 'dr' : null,
      failure: good ? null : 'timeout',
    };
  });
}
const settled = (seconds: number): number => fault + seconds * 1_000;

describe('the recovery time', () => {
  it('ends with the first window of 30 s in which 99 % of bookings succeeded', () => {
    const tries = hotel(100, (second) => second >= 40);
    assert.equal(recoveredAt(tries, fault, settled(100)), fault + 70_000);
  });

  it('forgives one booking in a hundred, and not two', () => {
    const one = hotel(60, (second, index) => second >= 20 && !(index === 0 && second % 10 === 5));
    assert.equal(recoveredAt(one, fault, settled(60)), fault + 50_000);
    const two = hotel(60, (second, index) => second >= 20 && !(index === 0 && second % 5 === 3));
    assert.equal(recoveredAt(two, fault, settled(60)), null);
  });

  it('rejects a window with a second in which nobody tried', () => {
    const tries = hotel(60, () => true).filter(
      (entry) => entry.sentAt < fault + 25_000 || entry.sentAt >= fault + 26_000,
    );
    assert.equal(recoveredAt(tries, fault, settled(60)), fault + 56_000);
  });

  it('rejects seconds whose bookings may still fail', () => {
    const tries = hotel(60, () => true);
    assert.equal(recoveredAt(tries, fault, settled(29)), null);
    assert.equal(recoveredAt(tries, fault, settled(30)), fault + 30_000);
  });

  it('never moves once it is known, however the bookings go on', () => {
    const outcomes = fc.array(fc.boolean(), { minLength: 40, maxLength: 120 });
    fc.assert(
      fc.property(outcomes, fc.nat(80), (good, down) => {
        const tries = hotel(good.length + down, (second) =>
          second >= down && second < down + 31 ? true : (good[second - down] ?? false),
        );
        const times = Array.from({ length: good.length + down }, (_, second) =>
          recoveredAt(tries, fault, settled(second)),
        );
        const known = times.filter((time) => time !== null);
        return new Set(known).size <= 1;
      }),
    );
  });
});

describe('bookings per second', () => {
  it('belong to the second in which they were sent', () => {
    const late: Try = { sequence: 1, sentAt: fault + 900, endedAt: fault + 2_900, site: null, failure: 'timeout' };
    assert.deepEqual(
      perSecond([late], fault, 0, 3).map((second) => second.tried),
      [1, 0, 0],
    );
  });

  it('count every try of the span once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -30_000, max: 30_000 })), (offsets) => {
        const tries = offsets.map((offset, sequence): Try => ({
          sequence,
          sentAt: fault + offset,
          endedAt: fault + offset,
          site: 'primary',
          failure: null,
        }));
        const seconds = perSecond(tries, fault, -30, 31);
        assert.equal(
          seconds.reduce((sum, second) => sum + second.acknowledged, 0),
          offsets.length,
        );
      }),
    );
  });

  it('are steady when each of the last seconds had them', () => {
    assert.deepEqual(
      steadyRate(
        hotel(30, () => true),
        settled(30),
        20,
      ),
      { rate: 10, failed: 0 },
    );
    assert.deepEqual(
      steadyRate(
        hotel(30, (second) => second !== 25),
        settled(30),
        20,
      ),
      { rate: 9.5, failed: 10 },
    );
  });
});

describe('an outage', () => {
  const outcome = (good: boolean, endedAt: number): Try => ({
    sequence: endedAt,
    sentAt: endedAt,
    endedAt,
    site: good ? 'primary' : null,
    failure: good ? null : 'ECONNRESET',
  });

  it('begins with the third failure in a row, and no earlier', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (outcomes) => {
        const detector = new OutageDetector();
        for (const [index, good] of outcomes.entries()) detector.accept(outcome(good, index));
        const text = outcomes.map((good) => (good ? '+' : '-')).join('');
        const third = text.indexOf('---');
        assert.equal(detector.outageAt, third === -1 ? null : third + 2);
      }),
    );
  });
});

describe('the loss of a store', () => {
  const reference = (entry: Try): string => `r-${String(entry.sequence)}`;
  const taken = (sequence: number, ageMs: number): Try => ({
    sequence,
    sentAt: fault - ageMs - 10,
    endedAt: fault - ageMs,
    site: 'primary',
    failure: null,
  });

  it('is measured from the oldest lost booking to the fault', () => {
    const tries = [taken(1, 9_000), taken(2, 5_000), taken(3, 400)];
    assert.deepEqual(lossOf(tries, 'primary', fault, new Set(['r-1', 'r-3']), reference), {
      acknowledged: 3,
      lost: 1,
      lostSeconds: 5,
    });
  });

  it('is zero when everything is there, and counts no booking of the other site', () => {
    const other: Try = { sequence: 9, sentAt: fault, endedAt: fault + 90_000, site: 'dr', failure: null };
    assert.deepEqual(lossOf([taken(1, 10), other], 'primary', fault, new Set(['r-1']), reference), {
      acknowledged: 1,
      lost: 0,
      lostSeconds: 0,
    });
  });

  it('is exactly what a cut of the replication leaves out', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 50 }), (cutMs, gapMs) => {
        const tries = Array.from({ length: 2_000 }, (_, sequence) => taken(sequence, sequence * gapMs));
        const present = new Set(tries.filter((entry) => entry.endedAt < fault - cutMs).map(reference));
        const loss = lossOf(tries, 'primary', fault, present, reference);
        const seen = Math.min(cutMs, 1_999 * gapMs);
        assert.ok(
          Math.abs(loss.lostSeconds - seen / 1_000) <= gapMs / 1_000,
          `${String(loss.lostSeconds)} s for ${String(seen)} ms`,
        );
      }),
    );
  });

  it('counts what the site acknowledged while it was dying', () => {
    assert.deepEqual(lossOf([taken(1, -30)], 'primary', fault, new Set(), reference), {
      acknowledged: 1,
      lost: 1,
      lostSeconds: 0,
    });
  });
});

describe('the first success', () => {
  it('is that of the other site after the fault', () => {
    const tries = hotel(10, (second) => second >= 7);
    assert.equal(firstSuccessAt(tries, fault, 'dr'), fault + 7_020);
    assert.equal(firstSuccessAt(tries, fault, 'primary'), null);
    const earlier: Try = { sequence: 999, sentAt: fault - 90, endedAt: fault - 50, site: 'dr', failure: null };
    assert.equal(firstSuccessAt([earlier, ...tries], fault, 'dr'), fault + 7_020);
  });
});
