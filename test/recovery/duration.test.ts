import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Duration, duration } from '../../recovery/duration';

const wholeMs = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('Duration', () => {
  it('reads back what it writes, for every length', () => {
    fc.assert(
      fc.property(wholeMs, (ms) => Duration.parse(Duration.ofMs(ms).toString()).ms === ms),
      { numRuns: 1_000 },
    );
  });

  it('writes the largest unit that is exact', () => {
    assert.equal(duration('900s').toString(), '15m');
    assert.equal(duration('90s').toString(), '90s');
    assert.equal(duration('168h').toString(), '1w');
    assert.equal(duration('0s').toString(), '0s');
  });

  it('converts to whole days and seconds without rounding', () => {
    assert.equal(duration('5w').toWholeDays(), 35);
    assert.equal(duration('1.5m').toWholeSeconds(), 90);
  });

  it('rejects a conversion that would round', () => {
    assert.throws(() => duration('36h').toWholeDays(), /36h is not a whole number of days/);
    assert.throws(() => duration('1500ms').toWholeSeconds(), /not a whole number of seconds/);
  });

  for (const text of ['15', 'm', '15 minutes', '-5m', '1e3s', '', '5M', '1.0000001ms']) {
    it(`rejects "${text}"`, () => {
      assert.throws(() => Duration.parse(text), RangeError);
    });
  }

  it('orders and adds as milliseconds do', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.nat(2 ** 40), (a, b) => {
        const [x, y] = [Duration.ofMs(a), Duration.ofMs(b)];
        return x.isLongerThan(y) === a > b && x.plus(y).ms === a + b && Duration.longer(x, y).ms === Math.max(a, b);
      }),
    );
  });
});
