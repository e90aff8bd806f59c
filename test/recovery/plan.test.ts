import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFix, asJson } from '../../recovery/apply-fix';
import type { Fault, Json, Path } from '../../recovery/fault';
import { dotted } from '../../recovery/fault';
import { planRecovery } from '../../recovery/plan';
import { workload } from '../../recovery/workload';

const shipped = asJson(workload);

function faultsOf(table: unknown): readonly Fault[] {
  const planning = planRecovery(table);
  return planning.ok ? [] : planning.faults;
}

function identity({ code, path, disruption }: Fault): string {
  return `${code} ${dotted(path)} ${disruption ?? ''}`;
}

/** The shipped table with one value changed, as somebody would mistype it. */
function broken(path: Path, value: Json): Json {
  return applyFix(shipped, { text: '', changes: [{ path, value }] });
}

describe('the shipped workload', () => {
  it('has no fault, as a table in TypeScript and as JSON', () => {
    assert.deepEqual(faultsOf(workload).map(identity), []);
    assert.deepEqual(faultsOf(shipped).map(identity), []);
  });
});

describe('a plan', () => {
  const cases: readonly (readonly [what: string, path: Path, value: Json, expected: string])[] = [
    ['an unknown tier', ['datasets', 'redis', 'tier'], 5, 'tier-unknown datasets.redis.tier'],
    ['a misspelt key', ['datasets', 'redis', 'teir'], 2, 'key-unknown datasets.redis.teir'],
    [
      'a kind of protection that there is not',
      ['datasets', 'grafana', 'protection', 'kind'],
      'snapsht',
      'value-invalid datasets.grafana.protection.kind',
    ],
    ['a table that it does not know', ['dataset'], {}, 'key-unknown dataset'],
    [
      'a schedule that is none',
      ['jobs', 'pms-full', 'schedule'],
      '0 25 * * *',
      'schedule-invalid jobs.pms-full.schedule',
    ],
    [
      'a schedule that never fires',
      ['jobs', 'pms-full', 'schedule'],
      '0 0 30 2 *',
      'schedule-never-fires jobs.pms-full.schedule',
    ],
    [
      'a dataset without protection',
      ['datasets', 'grafana', 'protection'],
      null,
      'protection-missing datasets.grafana.protection',
    ],
    [
      'a service that names nothing it keeps',
      ['services', 'whatsapp', 'needs'],
      null,
      'protection-missing services.whatsapp.needs',
    ],
    [
      'a replica without a backup',
      ['datasets', 'pms', 'protection', 'with'],
      null,
      'backup-missing datasets.pms.protection.with',
    ],
    [
      'a retention below the detection window',
      ['datasets', 'redis', 'noticedWithin'],
      '3d',
      'retention-below-detection datasets.redis.noticedWithin',
    ],
    ['a tier without a drill', ['drills', 'region-loss', 'tiers'], [1, 2, 3], 'drill-missing drills.tier-4'],
    [
      'a service that needs what is not there',
      ['services', 'pms', 'needs'],
      ['pmss'],
      'reference-unknown services.pms.needs.0',
    ],
    [
      'a job that is not there',
      ['datasets', 'secrets', 'protection', 'with', 'taken'],
      { job: 'none' },
      'reference-unknown datasets.secrets.protection.with.taken.job',
    ],
    [
      'a store that is rebuilt from itself',
      ['datasets', 'redis', 'protection', 'from'],
      'redis',
      'reference-unknown datasets.redis.protection.from',
    ],
    [
      'a copy that nothing ships',
      ['datasets', 'pms', 'also', 0, 'offSite', 'by'],
      null,
      'copy-unshipped datasets.pms.also.0.offSite.by',
    ],
    [
      'a log without a timeout',
      ['datasets', 'pms', 'protection', 'with', 'shipped'],
      'when-full',
      'archive-without-timeout datasets.pms.protection.with.shipped',
    ],
    [
      'copies more often than the mechanism makes them',
      ['datasets', 'pms', 'protection', 'with', 'shipped'],
      { every: '1m' },
      'interval-below-floor datasets.pms.protection.with.shipped',
    ],
    [
      'a lag that no network has',
      ['datasets', 'vault', 'protection', 'maxLag'],
      '1m',
      'interval-below-floor datasets.vault.protection.maxLag',
    ],
    [
      'a loss above the objective',
      ['jobs', 'secrets-copy', 'schedule'],
      '0 2 * * *',
      'loss-above-rpo datasets.secrets.protection data',
    ],
    [
      'a recovery above the objective',
      ['datasets', 'postgres', 'recovery', 'data', 'restore'],
      '50m',
      'recovery-above-rto datasets.postgres.recovery.data data',
    ],
    [
      'a recovery that nobody describes',
      ['datasets', 'grafana', 'recovery'],
      null,
      'recovery-unstated datasets.grafana.recovery',
    ],
    [
      'a run longer than its interval',
      ['jobs', 'redis-export', 'budget'],
      '20m',
      'run-above-interval jobs.redis-export.schedule',
    ],
    [
      'copies that are gone before they are tried',
      ['jobs', 'postgres-validate', 'schedule'],
      '0 4 1 * *',
      'validation-too-rare jobs.postgres-validate.schedule',
    ],
    [
      'steps above the objective',
      ['runbooks', 'database-loss', 'steps', 2, 'budget'],
      '35m',
      'steps-above-rto runbooks.database-loss.steps',
    ],
    [
      'a runbook without detection',
      ['runbooks', 'database-loss', 'steps', 0, 'part'],
      'decide',
      'detection-missing runbooks.database-loss.steps',
    ],
    [
      'guests who are sent away too early',
      ['runbooks', 'database-loss', 'steps', 1, 'part'],
      'redirect',
      'redirect-before-verify runbooks.database-loss.steps.1',
    ],
    [
      'a runbook that gives up its objective',
      ['runbooks', 'region-loss', 'loss'],
      '30m',
      'runbook-loss-above-rpo runbooks.region-loss.loss',
    ],
    [
      'a procedure that loses too much',
      ['procedures', 'restore-pitr', 'rpo'],
      '24h',
      'procedure-loss-above-rpo procedures.restore-pitr.rpo',
    ],
    [
      'a procedure that takes too long',
      ['procedures', 'restore-pitr', 'rto'],
      '2h',
      'procedure-above-rto procedures.restore-pitr.rto',
    ],
    [
      'an alarm that is too late',
      ['alarms', 'postgres-backup-age', 'threshold'],
      '25h',
      'alarm-too-late alarms.postgres-backup-age.threshold',
    ],
    [
      'a name that no resource can have',
      ['services', 'Development'],
      { tier: 4, needs: [] },
      'name-invalid services.Development',
    ],
  ];

  for (const [what, path, value, expected] of cases) {
    it(`rejects ${what}, with its path, its numbers and a fix that removes it`, () => {
      const table = broken(path, value);
      const found = faultsOf(table).find((fault) => identity(fault).trim() === expected);
      assert.ok(found, `${expected}, found ${faultsOf(table).map(identity).join('; ')}`);
      assert.ok(found.is !== '' && found.must !== '' && found.fix.text !== '');
      const after = faultsOf(applyFix(table, found.fix)).map(identity);
      assert.ok(!after.includes(identity(found)), `still there after: ${found.fix.text}`);
    });
  }

  it('rejects two datasets of one name, which a list in JSON can have', () => {
    const row = {
      name: 'redis',
      tier: 4,
      engine: 'redis',
      size: { gib: 1, gibPerMonth: 0 },
      protection: null,
      also: [],
      noticedWithin: null,
      recovery: null,
    };
    const table = broken(['datasets'], [row, row]);
    const [fault] = faultsOf(table).filter(({ code }) => code === 'name-taken');
    assert.equal(dotted(fault?.path ?? []), 'datasets.1.name');
    assert.ok(fault);
    assert.ok(faultsOf(applyFix(table, fault.fix)).every(({ code }) => code !== 'name-taken'));
  });

  it('tells every fault of a table at once', () => {
    const table = cases.reduce(
      (changed, [, path, value]) => applyFix(changed, { text: '', changes: [{ path, value }] }),
      asJson(workload),
    );
    const codes = new Set(faultsOf(table).map(({ code }) => code));
    assert.ok(codes.size >= 20, [...codes].join(', '));
  });

  it('rejects what stands in the place of a table and is none: read as empty it would promise nothing', () => {
    for (const [path, value] of [
      [['jobs'], 7],
      [['datasets'], null],
      [['datasets'], 'all of them'],
    ] as const) {
      const table = broken([...path], value);
      const [fault] = faultsOf(table).filter(({ code }) => code === 'value-invalid');
      assert.deepEqual(fault?.path, path);
      assert.ok(faultsOf(applyFix(table, fault.fix)).every(({ code }) => code !== 'value-invalid'));
    }
  });

  it('says what is missing and what may be written, in words and not in those of a library', () => {
    const said = faultsOf({ datasets: { documents: { tier: 1, protection: { kind: 'snapsht' } } } }).map(
      ({ path, fact }) => `${dotted(path)}: ${fact}`,
    );
    assert.ok(said.includes('datasets.documents.also: it is missing, and must be a list'), said.join('\n'));
    assert.ok(
      said.includes(
        'datasets.documents.protection.kind: snapsht is not one of snapshot, continuous, versioned, replica, rebuilt',
      ),
    );
    assert.doesNotMatch(said.join('\n'), /Invalid|undefined|nothing is not/);
  });

  it('reads any JSON without falling over', function () {
    this.timeout('60s');
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (anything, rows) => {
        planRecovery(anything);
        planRecovery({ datasets: rows, services: anything, jobs: rows });
      }),
      { numRuns: 1_000 },
    );
  });

  it('asks for rows by name only: a row called constructor is not there', () => {
    const table = broken(['services', 'pms', 'needs'], ['constructor']);
    assert.ok(faultsOf(table).some(({ code }) => code === 'reference-unknown'));
  });
});
