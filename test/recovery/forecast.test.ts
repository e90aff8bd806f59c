import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { WrittenDataset } from '../../recovery/dataset';
import { forecastRecovery, horizonMonths, type Outlook } from '../../recovery/forecast';
import { Month } from '../../recovery/month';
import { objectiveFor } from '../../recovery/objective';
import { measuredRate, timedRestores, type TimedRestore } from '../../recovery/rates';
import { workload } from '../../recovery/workload';
import { worstCaseRecovery } from '../../recovery/worst-case-recovery';

const start = Month.parse('2026-11');
const runs = { numRuns: 1_000 };

/** A restore of PostgreSQL to a point in time, timed at so many MB/s. */
const timed = (megabytesPerSecond: number): TimedRestore[] => [
  {
    place: 'local',
    engine: 'postgres',
    mechanism: 'rds-point-in-time',
    megabytes: megabytesPerSecond,
    seconds: 1,
    source: 'test',
    date: '2026-11',
  },
];

const sized = (gib: number, gibPerMonth: number): Record<string, WrittenDataset> => ({
  postgres: { ...workload.datasets.postgres, size: { gib, gibPerMonth } },
});

function outlook(gib: number, gibPerMonth: number, speed: number): Outlook {
  const rows = forecastRecovery({ datasets: sized(gib, gibPerMonth), place: 'local', start, restores: timed(speed) });
  const row = rows.find(({ disruption }) => disruption === 'data');
  assert.ok(row);
  return row.outlook;
}

/** Months until it breaks; one more than the horizon where it does not. */
function monthsLeft(found: Outlook): number {
  if (found.kind === 'holds') return horizonMonths + 1;
  assert.equal(found.kind, 'breaks');
  return found.month.monthsSince(start);
}

const gib = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const growth = fc.double({ min: 0, max: 200, noNaN: true });
const speed = fc.double({ min: 1, max: 2_000, noNaN: true });

describe('a month', () => {
  it('is counted over the ends of years', () => {
    assert.equal(start.plus(1).toString(), '2026-12');
    assert.equal(start.plus(2).toString(), '2027-01');
    assert.equal(Month.parse('2024-12').plus(12).toString(), '2025-12');
  });

  it('is as far from another one as was added', () => {
    fc.assert(fc.property(fc.nat(1_200), (months) => start.plus(months).monthsSince(start) === months));
  });

  for (const text of ['2026-13', '2026-00', '2026', '26-11', '2026-11-01']) {
    it(`rejects "${text}"`, () => {
      assert.throws(() => Month.parse(text), RangeError);
    });
  }
});

describe('the forecast of a recovery', function () {
  this.timeout(20_000);

  it('breaks in exactly the first month in which a restore is above the RTO', () => {
    // The other steps take 27 of 60 minutes, so 33 minutes at 100 MB/s are 184.4 GiB: 20 + 165 months of 1.
    assert.deepEqual(outlook(20, 1, 100), { kind: 'breaks', month: start.plus(165) });
  });

  it('breaks neither a month early nor a month late, at any size, growth and speed', () => {
    fc.assert(
      fc.property(gib, growth, speed, (size, perMonth, rate) => {
        const left = monthsLeft(outlook(size, perMonth, rate));
        const mibPerSecond = (rate * 1_000_000) / 2 ** 20;
        const holds = (months: number): boolean => {
          const datasets = sized(size + perMonth * months, perMonth);
          const time = worstCaseRecovery('postgres', 'data', { datasets }, { mibPerSecond });
          return time?.isLongerThan(objectiveFor(1, 'data').rto) === false;
        };
        return (left === 0 || holds(left - 1)) && (left > horizonMonths || !holds(left));
      }),
      runs,
    );
  });

  it('is never later for more growth, for a larger dataset or for a slower restore', () => {
    fc.assert(
      fc.property(gib, growth, speed, fc.double({ min: 0, max: 100, noNaN: true }), (size, perMonth, rate, more) => {
        const left = monthsLeft(outlook(size, perMonth, rate));
        return (
          monthsLeft(outlook(size, perMonth + more, rate)) <= left &&
          monthsLeft(outlook(size + more, perMonth, rate)) <= left &&
          monthsLeft(outlook(size, perMonth, rate + more)) >= left
        );
      }),
      runs,
    );
  });

  it('does not count on a dataset to shrink', () => {
    assert.deepEqual(outlook(1_000, -10, 100), { kind: 'breaks', month: start });
  });

  it('holds to the horizon where a dataset that fits does not grow, and breaks at once where it does not fit', () => {
    assert.equal(outlook(20, 0, 100).kind, 'holds');
    assert.deepEqual(outlook(1_000, 0, 100), { kind: 'breaks', month: start });
  });

  it('says unmeasured for AWS, whatever this machine measured, and how fast would be enough', () => {
    const rows = forecastRecovery({ datasets: workload.datasets, place: 'aws', start });
    const data = rows.filter(({ disruption }) => disruption === 'data');
    assert.equal(data.length, Object.keys(workload.datasets).length);
    for (const { outlook: found, rates, dataset } of data) {
      assert.ok(found.kind === 'unmeasured' && found.enough !== null, dataset);
      assert.deepEqual(rates, []);
    }
  });

  it('names as enough a rate that keeps the RTO of every dataset', () => {
    for (const row of forecastRecovery({ datasets: workload.datasets, place: 'aws', start })) {
      if (row.outlook.kind !== 'unmeasured' || row.outlook.enough === null) continue;
      const { datasets } = workload;
      const time = worstCaseRecovery(row.dataset, row.disruption, { datasets }, { mibPerSecond: row.outlook.enough });
      // The last millisecond of a transfer is rounded up.
      assert.ok(time !== null && time.ms <= row.rto.ms + 2, `${row.dataset} ${row.disruption}`);
    }
  });

  it('needs no rate where a standby takes over', () => {
    const rows = forecastRecovery({ datasets: workload.datasets, place: 'aws', start });
    for (const name of ['postgres', 'pms', 'secrets']) {
      const row = rows.find(({ dataset, disruption }) => dataset === name && disruption === 'region');
      assert.equal(row?.outlook.kind, 'holds', name);
    }
  });

  it('is broken from the first month where no speed would do, measured or not', () => {
    const { postgres } = workload.datasets;
    const slow = { ...postgres.recovery.data, decide: objectiveFor(1, 'data').rto };
    const datasets = { postgres: { ...postgres, recovery: { ...postgres.recovery, data: slow } } };
    const [row] = forecastRecovery({ datasets, place: 'aws', start });
    assert.deepEqual(row?.outlook, { kind: 'breaks', month: start });
  });

  it('says so where the table has no way back, and does not go in circles', () => {
    const { redis } = workload.datasets;
    const circle = { redis: { ...redis, protection: { ...redis.protection, from: 'redis' } } };
    const bare = { redis: { ...redis, recovery: null } };
    for (const datasets of [circle, bare]) {
      for (const row of forecastRecovery({ datasets, place: 'local', start })) assert.equal(row.outlook.kind, 'unsaid');
    }
  });
});

describe('the rates', () => {
  it('never cross from one place to the other', () => {
    for (const { engine, mechanism } of timedRestores.filter(({ place }) => place === 'local')) {
      assert.equal(measuredRate({ place: 'aws', engine, mechanism }), null);
      assert.notEqual(measuredRate({ place: 'local', engine, mechanism }), null);
    }
  });

  it('are the slowest that was measured', () => {
    const way = { place: 'local', engine: 'postgres', mechanism: 'rds-point-in-time' } as const;
    const rate = measuredRate(way, [...timed(200), ...timed(50), ...timed(100)]);
    assert.equal(rate?.mibPerSecond, 50_000_000 / 2 ** 20);
  });

  it('have a source and a month each', () => {
    for (const { source, date, megabytes, seconds } of timedRestores) {
      assert.ok(source.length > 10 && megabytes > 0 && seconds > 0);
      assert.doesNotThrow(() => Month.parse(date));
    }
  });
});
