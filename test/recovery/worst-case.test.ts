import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Dataset } from '../../recovery/dataset';
import { disruptions } from '../../recovery/disruption';
import { Duration, duration } from '../../recovery/duration';
import { mechanisms, type Mechanism } from '../../recovery/mechanisms';
import { apart } from '../../recovery/paths';
import type { Backup, Continuous, Protection, Snapshot } from '../../recovery/protection';
import { recoveryParts } from '../../recovery/recovery-path';
import { Schedule } from '../../recovery/schedule';
import { isAbove, worstCaseLoss, type Loss, type LossTables } from '../../recovery/worst-case-loss';
import { worstCaseRecovery } from '../../recovery/worst-case-recovery';

const runs = { numRuns: 1_000 };
const everyFourHours = Schedule.cron('0 */4 * * *');
const length = fc.integer({ min: 0, max: 200_000 }).map((seconds) => Duration.ofMs(seconds * 1_000));
const mechanism = fc.constantFrom(...(Object.keys(mechanisms) as Mechanism[]));
const disruption = fc.constantFrom(...disruptions);

const snapshot: fc.Arbitrary<Snapshot> = fc.record({
  kind: fc.constant('snapshot'),
  mechanism,
  taken: fc.record({ every: length }),
  keep: length,
  offSite: fc.option(fc.record({ by: fc.constant('replication'), delay: length, keep: length })),
});
const continuous: fc.Arbitrary<Continuous> = fc.record({
  kind: fc.constant('continuous'),
  mechanism,
  shipped: fc.oneof(fc.record({ every: length }), fc.constant('when-full' as const)),
  window: length,
  base: snapshot,
  offSite: fc.option(fc.record({ by: fc.constant('replication'), delay: length, keep: length })),
});
const backup: fc.Arbitrary<Backup> = fc.oneof(snapshot, continuous);

function tables(protection: Protection, more: Partial<Dataset> = {}, jobs: LossTables['jobs'] = {}): LossTables {
  const dataset: Dataset = {
    tier: 1,
    engine: 'postgres',
    size: { gib: 10, gibPerMonth: 0 },
    protection,
    also: [],
    noticedWithin: duration('1d'),
    recovery: apart,
    ...more,
  };
  return { datasets: { store: dataset }, jobs };
}

function atMost(a: Loss, b: Loss): boolean {
  return b === 'everything' || (a !== 'everything' && !a.isLongerThan(b));
}

describe('the worst-case loss', function () {
  this.timeout('20s');

  it('grows with the interval, the lag of the copy and the lag of the standby', () => {
    fc.assert(
      fc.property(snapshot, length, length, disruption, (one, interval, lag, what) => {
        const every = 'every' in one.taken ? one.taken.every : interval;
        const slower: Snapshot = {
          ...one,
          taken: { every: every.plus(interval) },
          offSite: one.offSite === null ? null : { ...one.offSite, delay: one.offSite.delay.plus(lag) },
        };
        const less = worstCaseLoss('store', what, tables(one));
        const more = worstCaseLoss('store', what, tables(slower));
        const standby = (maxLag: Duration): Protection => ({
          kind: 'replica',
          mechanism: 'rds-replica',
          where: 'region',
          maxLag,
          with: one,
        });
        const near = worstCaseLoss('store', what, tables(standby(lag)));
        const far = worstCaseLoss('store', what, tables(standby(lag.plus(interval))));
        return atMost(less, more) && atMost(near, far);
      }),
      runs,
    );
  });

  it('grows with the longest run of a job', () => {
    fc.assert(
      fc.property(length, length, (budget, longer) => {
        const job = (limit: Duration): LossTables['jobs'] => ({
          copy: {
            dataset: 'store',
            command: ['backup.sh'],
            schedule: everyFourHours,
            budget: limit,
            role: 'backup',
          },
        });
        const taken: Snapshot = {
          kind: 'snapshot',
          mechanism: 'logical-dump',
          taken: { job: 'copy' },
          keep: duration('7d'),
          offSite: null,
        };
        const less = worstCaseLoss('store', 'data', tables(taken, {}, job(budget)));
        return atMost(less, worstCaseLoss('store', 'data', tables(taken, {}, job(budget.plus(longer)))));
      }),
      runs,
    );
  });

  it('is never below the floor of the mechanism', () => {
    fc.assert(
      fc.property(snapshot, fc.constantFrom('data', 'zone', 'region'), (one, what) => {
        const loss = worstCaseLoss('store', what, tables(one));
        const { interval, run } = mechanisms[one.mechanism];
        return loss === 'everything' || loss.ms >= interval.ms + run.ms;
      }),
      runs,
    );
  });

  it('is not made smaller by a replica when data is damaged: a replica alone is no backup', () => {
    fc.assert(
      fc.property(backup, length, (behind, maxLag) => {
        const standby: Protection = {
          kind: 'replica',
          mechanism: 'rds-replica',
          where: 'region',
          maxLag,
          with: behind,
        };
        const bare = worstCaseLoss('store', 'data', tables(behind));
        const followed = worstCaseLoss('store', 'data', tables(standby));
        return atMost(bare, followed) && atMost(followed, bare);
      }),
      runs,
    );
  });

  it('is everything when a region is lost and no copy lies elsewhere', () => {
    fc.assert(
      fc.property(
        snapshot,
        (one) => worstCaseLoss('store', 'region', tables({ ...one, offSite: null })) === 'everything',
      ),
      runs,
    );
  });

  it('never grows by a further backup', () => {
    fc.assert(
      fc.property(backup, backup, disruption, (one, other, what) =>
        atMost(worstCaseLoss('store', what, tables(one, { also: [other] })), worstCaseLoss('store', what, tables(one))),
      ),
      runs,
    );
  });

  it('is nothing when the application fails', () => {
    fc.assert(
      fc.property(backup, (one) => !isAbove(worstCaseLoss('store', 'application', tables(one)), duration('0s'))),
      runs,
    );
  });

  it('of a rebuilt store is that of its source, and everything in a circle', () => {
    const own: Snapshot = {
      kind: 'snapshot',
      mechanism: 'logical-dump',
      taken: { every: duration('1d') },
      keep: duration('7d'),
      offSite: null,
    };
    const { datasets, jobs } = tables({ ...own, taken: { every: duration('5m') } });
    const rebuilt = tables({ kind: 'rebuilt', from: 'store', with: own }).datasets['store'];
    assert.ok(rebuilt);
    assert.equal(String(worstCaseLoss('cache', 'data', { datasets: { ...datasets, cache: rebuilt }, jobs })), '301s');
    assert.equal(worstCaseLoss('store', 'region', { datasets: { store: rebuilt }, jobs }), 'everything');
  });
});

describe('the worst-case recovery', function () {
  this.timeout('20s');

  const path = fc.record({
    detect: length,
    decide: length,
    restore: length,
    replay: length,
    verify: length,
    redirect: length,
  });
  const rate = fc.integer({ min: 1, max: 2_000 }).map((mibPerSecond) => ({ mibPerSecond }));

  it('grows with each of its parts', () => {
    fc.assert(
      fc.property(backup, path, fc.constantFrom(...recoveryParts), length, (one, parts, part, more) => {
        const longer = { ...parts, [part]: parts[part].plus(more) };
        const [less, most] = [parts, longer].map((data) =>
          worstCaseRecovery('store', 'data', tables(one, { recovery: { ...apart, data } })),
        );
        return less !== null && most !== null && less !== undefined && most !== undefined && !less.isLongerThan(most);
      }),
      runs,
    );
  });

  it('grows with the size, and shrinks with the rate', () => {
    fc.assert(
      fc.property(
        backup,
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 500 }),
        rate,
        (one, gib, more, at) => {
          const time = (size: number, mibPerSecond: number): number =>
            worstCaseRecovery('store', 'data', tables(one, { size: { gib: size, gibPerMonth: 0 } }), { mibPerSecond })
              ?.ms ?? NaN;
          return (
            time(gib, at.mibPerSecond) <= time(gib + more, at.mibPerSecond) &&
            time(gib, at.mibPerSecond * 2) <= time(gib, at.mibPerSecond)
          );
        },
      ),
      runs,
    );
  });

  it('is never below the floor of what it reads', () => {
    fc.assert(
      fc.property(backup, rate, (one, at) => {
        const time = worstCaseRecovery('store', 'data', tables(one), at);
        return time !== null && !mechanisms[one.mechanism].recovery.isLongerThan(time);
      }),
      runs,
    );
  });
});
