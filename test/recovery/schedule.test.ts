import assert from 'node:assert/strict';
import { Cron } from 'croner';
import fc from 'fast-check';
import { Schedule } from '../../recovery/schedule';

const gapOf = (text: string, zone?: string): string => Schedule.cron(text, zone).largestGap().toString();

describe('the largest gap of a schedule', () => {
  it('is that of its times within a day', () => {
    assert.equal(gapOf('0 3 * * *'), '1d');
    assert.equal(gapOf('0 */4 * * *'), '4h');
    assert.equal(gapOf('0 8,20 * * *'), '12h');
    assert.equal(gapOf('0 8,9 * * *'), '23h');
    assert.equal(gapOf('*/25 * * * *'), '25m');
  });

  it('counts month ends: from one 31st to the next lie at most 61 days', () => {
    assert.equal(gapOf('0 0 31 * *'), '61d');
    const job = new Cron('0 0 31 * *', { timezone: 'UTC', paused: true });
    let longest = 0;
    let last = job.nextRun(new Date('2026-12-31T00:00:00Z'));
    for (let run = 0; run < 100 && last !== null; run += 1) {
      const next: Date | null = job.nextRun(last);
      longest = Math.max(longest, ((next?.getTime() ?? 0) - last.getTime()) / 86_400_000);
      last = next;
    }
    assert.equal(longest, 61, 'over fourteen years');
  });

  it('counts leap years: 2100 is none, so eight years lie between two 29 February', () => {
    assert.equal(gapOf('0 0 29 2 *'), `${8 * 365 + 1}d`);
    assert.equal(gapOf('0 0 1 1 *'), '366d');
  });

  it('takes a day of the month or a weekday, whichever comes first', () => {
    assert.equal(gapOf('0 0 * * 1'), '1w');
    assert.equal(gapOf('0 0 1 * 1'), '1w');
  });

  it('counts changes of the clock, and starts that fall into a skipped hour', () => {
    assert.equal(gapOf('0 3 * * *', 'Europe/Madrid'), '25h');
    assert.equal(gapOf('30 2 * * *', 'Europe/Madrid'), '47h');
    assert.equal(gapOf('0 0 31 * *', 'Europe/Madrid'), `${61 * 24 + 1}h`);
    assert.equal(gapOf('0 3 * * *', 'America/Sao_Paulo'), '1d');
  });

  it('is never shorter than any gap between two starts that croner finds, for a thousand schedules', function () {
    this.timeout('60s');
    const minute = fc.constantFrom('0', '30', '0,45', '10-50/20');
    const hour = fc.constantFrom('3', '*/6', '1,2', '8-18', '23');
    const day = fc.constantFrom('*', '*', '1', '31', '29-31', '*/9');
    const month = fc.constantFrom('*', '*', '2', '*/5', '1,7');
    const weekday = fc.constantFrom('*', '*', '0', '1-5', '2,4');
    const from = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2090, 0, 1) });
    fc.assert(
      fc.property(fc.tuple(minute, hour, day, month, weekday), from, (fields, start) => {
        const schedule = Schedule.cron(fields.join(' '));
        const job = new Cron(schedule.cron, { timezone: 'UTC', paused: true });
        const first = job.nextRun(new Date(start));
        if (first === null) return !schedule.fires;
        const second = job.nextRun(first);
        return second === null || second.getTime() - first.getTime() <= schedule.largestGap().ms;
      }),
      { numRuns: 1_000 },
    );
  });

  it('rejects a schedule that never fires, at once', () => {
    for (const text of ['0 0 30 2 *', '0 0 31 2,4,6,9,11 *']) {
      assert.equal(Schedule.cron(text).fires, false);
      assert.throws(() => Schedule.cron(text).largestGap(), /never fires/);
    }
  });
});

describe('a schedule', () => {
  for (const text of [
    '* * * *',
    '0 0 0 * * *',
    '@daily',
    '61 * * * *',
    '0 0 L * *',
    '0 0 * * 5#2',
    '0 0 15W * *',
    '',
  ]) {
    it(`rejects "${text}"`, () => {
      assert.throws(() => Schedule.cron(text), RangeError);
    });
  }

  it('rejects a zone that does not exist', () => {
    assert.throws(() => Schedule.cron('0 3 * * *', 'Europe/Madird'), RangeError);
  });

  it('is written for EventBridge with six fields, a question mark, and weekdays by name', () => {
    const written = (text: string): string => Schedule.cron(text).toAwsExpression();
    assert.equal(written('0 3 * * *'), 'cron(0 3 * * ? *)');
    assert.equal(written('*/15 */4 * * *'), 'cron(0/15 0/4 * * ? *)');
    assert.equal(written('0 0 1 */3 *'), 'cron(0 0 1 1/3 ? *)');
    assert.equal(written('0 0 * * 0'), 'cron(0 0 ? * SUN *)');
    assert.equal(written('0 0 * * 7'), 'cron(0 0 ? * SUN *)');
    assert.equal(written('0 0 * * 1-5'), 'cron(0 0 ? * MON-FRI *)');
    assert.equal(written('0 0 * * */2'), 'cron(0 0 ? * SUN,TUE,THU,SAT *)');
  });

  it('rejects for EventBridge a day of the month and a weekday at once', () => {
    assert.throws(() => Schedule.cron('0 0 1 * 1').toAwsExpression(), RangeError);
  });
});
