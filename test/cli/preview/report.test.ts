import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { longestComment, reportMarkdown } from '../../../cli/preview/markdown';
import { parityFindings } from '../../../cli/preview/parity';
import { reportOf } from '../../../cli/preview/report';
import { previewReportSchema } from '../../../cli/preview/report-schema';
import { readStackPlan, type StackPlan } from '../../../cli/preview/stack-plan';
import { AgenteError } from '../../../recovery/errors';
import type { ParityException } from '../../../recovery/parity-exceptions';
import { changed, databaseType, drPlan, primaryPlan, resource, without } from './support';

const unreadable = (error: unknown): boolean => error instanceof AgenteError && error.code === 'plan-unreadable';
const now = new Date('2026-11-24T12:00:00Z');

describe('a printed plan', () => {
  const urn = 'urn:pulumi:dr::agente-dr::a$aws:rds/instance:Instance::postgres-g1';
  const state = (inputs: object) => ({ type: 'aws:rds/instance:Instance', inputs, protect: true });
  const text = (steps: readonly object[], summary: object = {}) => JSON.stringify({ steps, changeSummary: summary });

  it('is read with what was, what will be and what differs', () => {
    const step = {
      op: 'update',
      urn,
      oldState: state({ a: 1 }),
      newState: state({ a: 2 }),
      detailedDiff: { 'a.b[0]': {} },
    };
    const [read] = readStackPlan('dr', text([step])).resources;
    assert.equal(read?.operation, 'update');
    assert.deepEqual([read.before, read.after, read.changed], [{ a: 1 }, { a: 2 }, ['a']]);
  });

  it('tells a replacement once, with both ends of it', () => {
    const steps = [
      { op: 'create-replacement', urn, newState: state({ a: 2 }), replaceReasons: ['a'] },
      { op: 'replace', urn, oldState: state({ a: 1 }), newState: state({ a: 2 }) },
      { op: 'delete-replaced', urn, oldState: state({ a: 1 }) },
    ];
    const { resources } = readStackPlan('dr', text(steps));
    assert.equal(resources.length, 1);
    assert.equal(resources[0]?.operation, 'replace');
    assert.deepEqual([resources[0].before, resources[0].after], [{ a: 1 }, { a: 2 }]);
  });

  it('rejects one that was cut at any place', () => {
    const whole = text([{ op: 'same', urn, oldState: state({}), newState: state({}) }], { same: 1 });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        assert.throws(() => readStackPlan('dr', whole.slice(0, length)), unreadable);
      }),
    );
    assert.equal(readStackPlan('dr', whole).resources.length, 1);
  });

  it('rejects one that leaves out what stays, and an operation that nobody knows', () => {
    assert.throws(() => readStackPlan('dr', text([], { same: 7 })), unreadable);
    assert.throws(() => readStackPlan('dr', text([{ op: 'vanish', urn }])), unreadable);
  });
});

describe('the parity of the sites', () => {
  const bigger = changed(primaryPlan(), databaseType, 'postgres-g1', { instanceClass: 'db.m7g.2xlarge' });
  const exception = (until: ParityException['until']): ParityException => ({
    ...{ what: 'database postgres class', reason: 'a week of tests', owner: 'sre-lead', until },
  });

  it('has no finding where both are the same', () => {
    assert.deepEqual(parityFindings([primaryPlan(), drPlan()], now, []), []);
  });

  it('names what differs, and both values', () => {
    const [finding] = parityFindings([bigger, drPlan()], now, []);
    assert.equal(finding?.fact, 'database postgres class is db.m7g.2xlarge in primary and db.m7g.large in dr');
  });

  it('accepts a declared difference until its last day, and not one day longer', () => {
    assert.deepEqual(parityFindings([bigger, drPlan()], now, [exception('2026-11-24')]), []);
    const over = parityFindings([bigger, drPlan()], now, [exception('2026-11-23')]);
    assert.match(over[0]?.fact ?? '', /held until 2026-11-23/);
  });

  it('rejects an exception that no difference needs', () => {
    const [unused] = parityFindings([primaryPlan(), drPlan()], now, [exception('2027-01-01')]);
    assert.match(unused?.fact ?? '', /is not needed/);
  });

  it('sees another image behind the same tag, and a schedule that one site has not got', () => {
    const task = (digest: string, region: string) =>
      resource('aws:ecs/taskDefinition:TaskDefinition', 'api-task', {
        ...{ family: 'api', cpu: '512', memory: '1024' },
        containerDefinitions: JSON.stringify([{ name: 'api', image: `1.ecr.${region}.aws/api@sha256:${digest}` }]),
      });
    const sites = (one: string, other: string): StackPlan[] => [
      { ...primaryPlan(), resources: [...primaryPlan().resources, task(one, 'us-east-1')] },
      { ...drPlan(), resources: [...drPlan().resources, task(other, 'us-west-2')] },
    ];
    assert.deepEqual(parityFindings(sites('aa', 'aa'), now, []), []);
    assert.match(parityFindings(sites('aa', 'bb'), now, [])[0]?.fact ?? '', /image of api api is sha256:aa/);
    const fewer = { ...drPlan(), resources: drPlan().resources.filter(({ name }) => name !== 'backups-pms-full') };
    assert.match(parityFindings([primaryPlan(), fewer], now, [])[0]?.fact ?? '', /schedule pms-full/);
  });
});

describe('the report for machines', () => {
  const smaller = changed(primaryPlan(), databaseType, 'postgres-g1', { backupRetentionPeriod: 0 });
  const parity = [{ what: 'database postgres class', fact: 'is another' }];
  const report = reportOf([smaller, drPlan()], parity);
  const printed = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;

  it('is of the shape that is promised, with nothing lost on the way through JSON', () => {
    const { changes, faults, prospects } = report;
    assert.ok(changes.length > 0 && faults.length > 0 && prospects.length > 0);
    assert.deepEqual(previewReportSchema.parse(printed), report);
    for (const plans of [[], [primaryPlan()], [without(primaryPlan(), databaseType, 'pms-g1')]]) {
      previewReportSchema.parse(JSON.parse(JSON.stringify(reportOf(plans, []))));
    }
  });

  it('rejects another version, a key too many and a key too few', () => {
    const { verdict, ...rest } = printed;
    assert.equal(verdict, 'broken');
    for (const wrong of [{ ...printed, version: 2 }, { ...printed, more: 1 }, rest]) {
      assert.equal(previewReportSchema.safeParse(wrong).success, false);
    }
  });
});

describe('the comment on a pull request', function () {
  this.timeout(20_000);
  const many = (count: number): StackPlan => ({
    stack: 'primary',
    resources: [
      ...primaryPlan().resources,
      ...Array.from({ length: count }, (_, index) =>
        resource(
          databaseType,
          `postgres-g${String(index)}`,
          { storageType: 'x'.repeat(70) },
          {
            operation: 'update',
            changed: ['storageType'],
          },
        ),
      ),
    ],
  });

  it('fits whatever there is to say, and keeps its summary', () => {
    fc.assert(
      fc.property(fc.nat(3_000), fc.integer({ min: 2_000, max: longestComment }), (count, room) => {
        const text = reportMarkdown(reportOf([many(count), drPlan()], []), room);
        assert(text.length <= room, `${String(text.length)} > ${String(room)}`);
        assert.match(text, /^## /);
        assert.match(text, new RegExp(`\\| Needs a window \\| ${String(count)} \\|`));
      }),
      { numRuns: 25 },
    );
  });

  it('says how much it left out', () => {
    assert.match(reportMarkdown(reportOf([many(3_000), drPlan()], [])), /_\d+ more lines are left out/);
    assert.doesNotMatch(reportMarkdown(reportOf([many(3), drPlan()], [])), /left out/);
  });

  it('lets no value of a resource become Markdown or HTML', () => {
    const evil = changed(primaryPlan(), databaseType, 'postgres-g1', {
      instanceClass: '<img src=x>](http://x)\n# all is well',
    });
    const text = reportMarkdown(reportOf([evil, drPlan()], []));
    assert.doesNotMatch(text, /[^\\]<img/);
    assert.doesNotMatch(text, /^# all is well/m);
  });
});
