import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { scheduleOf } from '../../../recovery/schedule-from-aws';
import { reportOf } from '../../../cli/preview/report';
import type { StackPlan } from '../../../cli/preview/stack-plan';
import type { Disruption } from '../../../recovery/disruption';
import { jobs } from '../../../recovery/jobs';
import { Schedule } from '../../../recovery/schedule';
import { changed, databaseType, drPlan, primaryPlan, scheduleType, without } from './support';

/** The worst case of a store after the change, and whether the promise breaks. */
function after(plans: readonly StackPlan[], dataset: string, disruption: Disruption): [loss: string, broken: boolean] {
  const found = reportOf(plans, []).prospects.find((one) => one.dataset === dataset && one.disruption === disruption);
  assert(found?.after != null);
  return [found.after.loss, found.broken];
}

describe('the worst case that resources leave', () => {
  it('is the declared one where everything stands as declared', () => {
    const report = reportOf([primaryPlan(), drPlan()], []);
    assert.equal(report.verdict, 'kept', JSON.stringify(report.faults));
    assert.deepEqual(
      report.prospects.filter(({ before, after: then }) => JSON.stringify(before) !== JSON.stringify(then)),
      [],
    );
  });

  it('is everything without point-in-time recovery and with damaged data, but for what a job keeps', () => {
    const off = changed(primaryPlan(), databaseType, 'postgres-g1', { backupRetentionPeriod: 0 });
    const [loss, broken] = after([off, drPlan()], 'postgres', 'data');
    assert.notEqual(loss, '5 min');
    assert.equal(broken, true);
    assert.equal(reportOf([off, drPlan()], []).verdict, 'broken');
  });

  it('grows when nothing follows in the other region any more', () => {
    const alone = changed(drPlan(), databaseType, 'postgres-g1', { replicateSourceDb: null });
    assert.deepEqual(after([primaryPlan(), drPlan()], 'postgres', 'region'), ['1 min', false]);
    const [loss, broken] = after([primaryPlan(), alone], 'postgres', 'region');
    assert.notEqual(loss, '1 min');
    assert.equal(broken, true);
  });

  it('grows when a replica follows another instance than the one that is served', () => {
    const other = changed(drPlan(), databaseType, 'pms-g1', {
      replicateSourceDb: 'arn:aws:rds:us-east-1:123456789012:db:agente-pms-g7',
    });
    assert.notDeepEqual(
      after([primaryPlan(), other], 'pms', 'region'),
      after([primaryPlan(), drPlan()], 'pms', 'region'),
    );
  });

  it('is everything where the job that takes the copies does not fire', () => {
    for (const values of [
      { state: 'DISABLED' },
      { scheduleExpression: 'cron(0 0 30 2 ? *)' },
      { scheduleExpression: '?' },
    ]) {
      const off = changed(primaryPlan(), scheduleType, 'backups-grafana-snapshot', values);
      assert.deepEqual(after([off, drPlan()], 'grafana', 'data'), ['everything', true], JSON.stringify(values));
    }
    const gone = without(primaryPlan(), scheduleType, 'backups-grafana-snapshot');
    assert.deepEqual(after([gone, drPlan()], 'grafana', 'data'), ['everything', true]);
  });

  it('follows the schedule that is really there and not the declared one', () => {
    const daily = changed(primaryPlan(), scheduleType, 'backups-grafana-snapshot', {
      scheduleExpression: 'cron(0 0 * * ? *)',
    });
    assert.deepEqual(after([daily, drPlan()], 'grafana', 'data'), ['1 d 10 min', true]);
  });

  it('is everything in a lost region for what lies in a vault that is copied nowhere', () => {
    const type = 'aws:s3/bucketReplicationConfig:BucketReplicationConfig';
    const uncopied = without(primaryPlan(), type, 'vault-replication');
    assert.deepEqual(after([uncopied, drPlan()], 'grafana', 'region'), ['everything', true]);
    assert.equal(after([uncopied, drPlan()], 'postgres', 'region')[1], false);
  });

  it('takes a stack that was not previewed as declared, and says nothing where no site serves', () => {
    assert.deepEqual(after([primaryPlan()], 'postgres', 'region'), ['1 min', false]);
    assert.deepEqual(reportOf([drPlan()], []).prospects, []);
  });
});

describe('a schedule of EventBridge', function () {
  this.timeout(20_000);
  it('is read back as it was written, for every job and for every simple cron line', () => {
    for (const { schedule } of Object.values(jobs)) {
      assert.equal(scheduleOf(schedule.toAwsExpression())?.largestGap().ms, schedule.largestGap().ms);
    }
    const field = (least: number, most: number) =>
      fc.oneof(fc.constant('*'), fc.integer({ min: least, max: most }).map(String), fc.constant('*/5'));
    fc.assert(
      fc.property(field(0, 59), field(0, 23), fc.integer({ min: -1, max: 6 }), (minute, hour, weekday) => {
        const schedule = Schedule.cron(`${minute} ${hour} * * ${weekday < 0 ? '*' : String(weekday)}`);
        assert.equal(scheduleOf(schedule.toAwsExpression())?.largestGap().ms, schedule.largestGap().ms);
      }),
      { numRuns: 60 },
    );
  });

  it('rejects what is no cron expression, or not for every year', () => {
    for (const text of ['rate(5 minutes)', 'at(2026-11-24T00:00:00)', 'cron(0 3 * * ? 2026)', 'cron(0 3)', '']) {
      assert.equal(scheduleOf(text), null, text);
    }
  });
});
