import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyFix, asJson } from '../../recovery/apply-fix';
import { dotted, type Change, type Fault, type Json } from '../../recovery/fault';
import { planRecovery } from '../../recovery/plan';
import { workload } from '../../recovery/workload';

/** With its name for a row of a list: when one is taken away, the next one gets its number. */
function identity({ code, path, disruption, is }: Fault): string {
  return `${code} ${dotted(path)} ${disruption ?? ''} ${code === 'reference-unknown' ? is : ''}`;
}

function faultsOf(table: Json): readonly Fault[] {
  const planning = planRecovery(table);
  return planning.ok ? [] : planning.faults;
}

const shipped = asJson(workload);
const length = fc.constantFrom('0s', '1m', '15m', '1h', '6h', '1d', '35d', '400d');
const cron = fc.constantFrom('* * * * *', '*/30 * * * *', '0 3 * * *', '0 0 31 * *', '0 0 30 2 *', '61 * * * *');
const change = (path: readonly (string | number)[], value: Json): Change => ({ path, value });

/** One thing that somebody might change in a table, for better or worse. */
const edit: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.jobs)), cron)
    .map(([job, text]) => change(['jobs', job, 'schedule'], text)),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.jobs)), length)
    .map(([job, text]) => change(['jobs', job, 'budget'], text)),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.datasets)), fc.constantFrom(1, 2, 3, 4, 5, 'one', null))
    .map(([name, tier]) => change(['datasets', name, 'tier'], tier)),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.datasets)), length)
    .map(([name, text]) => change(['datasets', name, 'noticedWithin'], text)),
  fc
    .tuple(
      fc.constantFrom(...Object.keys(workload.datasets)),
      fc.constantFrom('data', 'zone', 'region'),
      fc.constantFrom('detect', 'restore', 'verify'),
      length,
    )
    .map(([name, disruption, part, text]) => change(['datasets', name, 'recovery', disruption, part], text)),
  fc
    .tuple(fc.constantFrom('postgres', 'pms', 'secrets', 'vault'), fc.constantFrom('maxLag', 'with', 'kind'), length)
    .map(([name, key, text]) => change(['datasets', name, 'protection', key], key === 'maxLag' ? text : null)),
  fc
    .tuple(
      fc.constantFrom('postgres', 'pms'),
      fc.oneof(
        length.map((every) => ({ every })),
        fc.constant('when-full'),
      ),
    )
    .map(([name, shipped_]) => change(['datasets', name, 'protection', 'with', 'shipped'], shipped_)),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.datasets)), fc.constantFrom('postgres', 'redis', 'nothing'))
    .map(([name, from]) => change(['datasets', name, 'protection'], { kind: 'rebuilt', from, with: null })),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.alarms)), length)
    .map(([id, text]) => change(['alarms', id, 'threshold'], text)),
  fc
    .tuple(fc.constantFrom(...Object.keys(workload.runbooks)), fc.integer({ min: 0, max: 4 }), length)
    .map(([name, step, text]) => change(['runbooks', name, 'steps', step, 'budget'], text)),
  fc.constantFrom(...Object.keys(workload.drills)).map((name): Change => ({ path: ['drills', name], remove: true })),
  fc
    .constantFrom(...Object.keys(workload.datasets))
    .map((name): Change => ({ path: ['datasets', name], remove: true })),
);

describe('a fix', () => {
  it('removes its fault, and all of them together make any broken table whole', function () {
    this.timeout('60s');
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let table = applyFix(shipped, { text: '', changes: edits });
        for (let round = 0; round < 100; round += 1) {
          const [first] = faultsOf(table);
          if (first === undefined) return;
          table = applyFix(table, first.fix);
          const left = faultsOf(table).map(identity);
          assert.ok(!left.includes(identity(first)), `${identity(first)} is still there after: ${first.fix.text}`);
        }
        assert.fail('a hundred fixes are not enough');
      }),
      { numRuns: 100 },
    );
  });

  it('leaves the table that it was given as it is', () => {
    const table = asJson({ datasets: { a: { tier: 1 } }, list: [{ name: 'x' }] });
    const before = JSON.stringify(table);
    applyFix(table, {
      text: '',
      changes: [
        { path: ['datasets', 'a', 'tier'], value: 2 },
        { path: ['list', 0], remove: true },
      ],
    });
    assert.equal(JSON.stringify(table), before);
  });
});

describe('a thousand datasets', () => {
  it('are planned in less than a second', function () {
    this.timeout('20s');
    const datasets = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`store-${index}`, Object.values(workload.datasets)[index % 9]]),
    );
    const table = { ...workload, datasets: { ...workload.datasets, ...datasets } };
    planRecovery(table);
    const started = performance.now();
    assert.equal(planRecovery(table).ok, true);
    const milliseconds = performance.now() - started;
    assert.ok(milliseconds < 1_000, `${milliseconds.toFixed(0)} ms`);
  });
});
