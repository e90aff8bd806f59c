import assert from 'node:assert/strict';
import { nextFiring } from '../../local/realised/schedule-expression';

const anchor = new Date('2026-11-24T10:00:00Z');

function firings(expression: string, count: number, timezone = 'UTC', after = anchor): string[] {
  const next = nextFiring(expression, timezone, anchor);
  const found: string[] = [];
  let last: Date | null = after;
  for (let n = 0; n < count && last !== null; n += 1) {
    last = next(last);
    if (last !== null) found.push(last.toISOString().slice(0, 16));
  }
  return found;
}

describe('schedule expressions of EventBridge', () => {
  it('counts the days of the week from Sunday, which is 1', () => {
    assert.deepEqual(firings('cron(0 3 ? * 1 *)', 2), ['2026-11-29T03:00', '2026-12-06T03:00']);
    assert.deepEqual(firings('cron(0 3 ? * SUN *)', 1), ['2026-11-29T03:00']);
    assert.deepEqual(firings('cron(0 3 ? * 2-6 *)', 4).at(-1), '2026-11-30T03:00');
  });

  it('knows the last day of a month, a nearest weekday, the n-th weekday and years', () => {
    assert.deepEqual(firings('cron(0 3 L * ? *)', 2), ['2026-11-30T03:00', '2026-12-31T03:00']);
    assert.deepEqual(firings('cron(0 3 1W * ? *)', 3), ['2026-12-01T03:00', '2027-01-01T03:00', '2027-02-01T03:00']);
    assert.deepEqual(firings('cron(0 3 ? * 2#1 *)', 1), ['2026-12-07T03:00']);
    assert.deepEqual(firings('cron(0 3 1 1 ? 2027)', 2), ['2027-01-01T03:00']);
  });

  it('keeps to the zone of the schedule', () => {
    assert.deepEqual(firings('cron(0 3 * * ? *)', 1, 'America/Sao_Paulo'), ['2026-11-25T06:00']);
    assert.deepEqual(firings('at(2026-12-01T10:00:00)', 2, 'America/Sao_Paulo'), ['2026-12-01T13:00']);
  });

  it('counts a rate from its anchor, however late it is asked', () => {
    assert.deepEqual(firings('rate(15 minutes)', 2), ['2026-11-24T10:15', '2026-11-24T10:30']);
    const late = new Date('2026-11-24T17:20:00Z');
    assert.deepEqual(firings('rate(2 hours)', 1, 'UTC', late), ['2026-11-24T18:00']);
  });

  for (const expression of [
    'cron(0 3 * * *)',
    'cron(0 3 * * * *)',
    'cron(0 3 ? * ? *)',
    'cron(61 3 * * ? *)',
    'rate(0 minutes)',
    'rate(1 minutes)',
    'rate(5 minute)',
    'at(2026-12-01)',
    '0 3 * * *',
  ]) {
    it(`rejects ${expression}`, () => {
      assert.throws(() => nextFiring(expression, 'UTC', anchor), {
        code: 'ValidationException',
        message: `Invalid Schedule Expression ${expression}.`,
      });
    });
  }
});
