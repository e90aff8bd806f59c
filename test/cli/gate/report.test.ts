import * as assert from 'node:assert/strict';
import { gateSarif } from '../../../cli/gate/sarif';
import { gateMarkdown } from '../../../cli/gate/text';
import { readPlannedStack } from '../../../cli/gate/planned-stack';
import { AgenteError, exitCodes } from '../../../recovery/errors';
import { drill, gateRulesIn, planText, report, urnOf, type Planned } from './support';

const instance = 'aws:rds/instance:Instance';
const store = { type: instance, name: 'postgres-g1' };
const sound = { multiAz: true, deletionProtection: true, skipFinalSnapshot: false };

/** What the gate itself says; the pack has tests of its own. */
const own = (...args: Parameters<typeof gateRulesIn>): string[] =>
  gateRulesIn(...args).filter((rule) => rule !== 'dr-gate-score');

const replaced: Planned = { ...store, op: 'replace', before: sound, after: sound };
const urn = urnOf('primary', store);
const proof = { urn, recoveryPoint: '2026-11-28T10:00:00Z', verifiedAt: '2026-11-28T11:00:00Z' };

describe('the gate', () => {
  it('says nothing of a plan that destroys nothing, after a drill that was good', () => {
    assert.deepEqual(own({ primary: [{ ...store, op: 'same', before: sound, after: sound }] }), []);
  });

  it('rejects a store that is replaced or deleted', () => {
    assert.deepEqual(own({ primary: [replaced] }), ['dr-gate-destroy']);
    assert.deepEqual(own({ primary: [{ ...store, op: 'delete', before: sound }] }), ['dr-gate-destroy']);
  });

  it('lets a store go that is named in full and proven within a day, and needs both', () => {
    const assent = { acknowledged: [urn], proofs: [proof] };
    assert.deepEqual(own({ primary: [replaced] }, { assent }), []);
    assert.deepEqual(own({ primary: [replaced] }, { assent: { ...assent, acknowledged: ['*'] } }), ['dr-gate-destroy']);
    assert.deepEqual(own({ primary: [replaced] }, { assent: { ...assent, proofs: [] } }), ['dr-gate-destroy']);
    const old = { ...proof, verifiedAt: '2026-11-27T11:00:00Z' };
    const future = { ...proof, verifiedAt: '2026-11-29T11:00:00Z' };
    for (const wrong of [old, future]) {
      assert.deepEqual(own({ primary: [replaced] }, { assent: { ...assent, proofs: [wrong] } }), ['dr-gate-destroy']);
    }
  });

  it('rejects a store that is laid open: protection, deletion protection, last snapshot', () => {
    const open = (after: object, protect = true): Planned => ({
      ...store,
      op: 'update',
      before: sound,
      after: { ...sound, ...after },
      protect,
    });
    for (const change of [open({}, false), open({ deletionProtection: false }), open({ skipFinalSnapshot: true })]) {
      assert.deepEqual(own({ primary: [change] }), ['dr-gate-unprotect']);
    }
  });

  it('rejects that the restore a database came from is taken out of the program', () => {
    const change: Planned = { ...store, op: 'update', before: { ...sound, restoreToPointInTime: {} }, after: sound };
    assert.deepEqual(own({ primary: [change] }), ['dr-gate-restore-block']);
    // What ignoreChanges holds back is still in the plan.
    const held = { ...sound, restoreToPointInTime: {} };
    assert.deepEqual(own({ primary: [{ ...store, op: 'update', before: held, after: held }] }), []);
    const cluster = { ...change, type: 'aws:rds/cluster:Cluster', name: 'pms-cluster' };
    assert.deepEqual(own({ primary: [cluster] }), ['dr-gate-restore-block']);
  });

  it('rejects a copy that was restored for a drill and still stands a day later', () => {
    const copy = (identifier: string, created: string): Planned => {
      const inputs = { ...sound, identifier, restoreToPointInTime: {} };
      return { ...store, op: 'same', before: inputs, after: inputs, created };
    };
    assert.deepEqual(own({ primary: [copy('drill-postgres', '2026-11-27T11:59:00Z')] }), ['dr-gate-restore-block']);
    assert.deepEqual(own({ primary: [copy('drill-postgres', '2026-11-27T12:01:00Z')] }), []);
    assert.deepEqual(own({ primary: [copy('agente-postgres-g2', '2026-01-01T00:00:00Z')] }), []);
    const { before: _before, created: _created, ...planned } = copy('drill-postgres', '');
    assert.deepEqual(own({ primary: [{ ...planned, op: 'create' }] }), []);
  });

  it('rejects a failover that has to ask us-east-1, and no other update that does', () => {
    const record: Planned = { op: 'update', type: 'aws:route53/record:Record', name: 'dns', before: {}, after: {} };
    const promotion: Planned = { ...store, op: 'update', before: { ...sound, replicateSourceDb: 'arn' }, after: sound };
    assert.deepEqual(own({ dr: [record, promotion] }), ['dr-gate-control-plane']);
    assert.deepEqual(own({ dr: [record] }), []);
  });

  it('rejects without a drill of this quarter that was good enough and real', () => {
    const none = ['dr-gate-evidence', 'dr-gate-evidence'];
    const plan = { primary: [] };
    assert.deepEqual(own(plan, { drills: [] }), none);
    const bad = [
      { startedAt: '2026-08-01T00:00:00Z' },
      { verdict: 'failed', reasons: ['late'] },
      { rto: { seconds: 20_000 } },
      { rto: { seconds: null } },
      { timeScale: 10 },
      { injected: { regionSpared: true } },
    ];
    for (const changes of bad) assert.deepEqual(own(plan, { drills: [drill(changes)] }), none, JSON.stringify(changes));
    // The newest counts, and not the best.
    assert.deepEqual(
      own(plan, { drills: [drill(), drill({ startedAt: '2026-11-25T00:00:00Z', verdict: 'failed', reasons: [''] })] }),
      none,
    );
  });

  it('rejects two sites whose networks overlap, or lie in one region, or have no pair of records', () => {
    const vpc = (cidrBlock: string, region: string): Planned => ({
      op: 'same',
      type: 'aws:ec2/vpc:Vpc',
      name: 'network-vpc',
      before: {},
      after: { cidrBlock, region },
    });
    const record = (type: string): Planned => ({
      op: 'same',
      type: 'aws:route53/record:Record',
      name: 'dns',
      before: {},
      after: { failoverRoutingPolicies: [{ type }] },
    });
    assert.deepEqual(own({ primary: [vpc('10.20.0.0/16', 'us-east-1')], dr: [vpc('10.20.128.0/17', 'us-west-2')] }), [
      'dr-gate-cidr',
    ]);
    assert.deepEqual(own({ primary: [vpc('10.20.0.0/16', 'us-east-1')], dr: [vpc('10.21.0.0/16', 'us-east-1')] }), [
      'dr-gate-regions',
    ]);
    assert.deepEqual(own({ primary: [record('PRIMARY')], dr: [record('PRIMARY')] }), ['dr-gate-dns-pair']);
    assert.deepEqual(own({ primary: [record('PRIMARY')], dr: [record('SECONDARY')] }), []);
  });

  it('rejects a key of the state that lies in the region that may be gone', () => {
    const drFile = (region: string) =>
      `secretsprovider: awskms://alias/x?region=${region}\nconfig: { "agente-dr:peerRegion": us-east-1, "agente-dr:region": us-west-2 }\n`;
    assert.deepEqual(own({ dr: [] }, { drFile: drFile('us-east-1') }), ['dr-gate-state']);
    assert.deepEqual(own({ dr: [] }, { drFile: drFile('us-west-2') }), []);
  });

  it('says what the pack says of the same resources', () => {
    const { findings, verdict } = report({
      primary: [{ ...store, op: 'create', after: { backupRetentionPeriod: 7 } }],
    });
    assert.equal(verdict, 'closed');
    assert.ok(findings.some(({ rule, fact }) => rule === 'dr-rds-retention' && fact.includes('7 d')));
  });

  it('is written for code scanning and for a comment', () => {
    const closed = report({ primary: [replaced] });
    const { runs } = gateSarif(closed) as {
      runs: [{ results: { ruleId: string; level: string }[]; tool: { driver: { rules: { id: string }[] } } }];
    };
    assert.ok(runs[0].results.some(({ ruleId, level }) => ruleId === 'dr-gate-destroy' && level === 'error'));
    const known = new Set(runs[0].tool.driver.rules.map(({ id }) => id));
    for (const { ruleId } of runs[0].results) assert.ok(known.has(ruleId));
    assert.match(gateMarkdown(closed), /^## ❌ Gate closed: /);
  });

  it('rejects a plan that is cut in the middle, at any place', () => {
    const text = planText('primary', [replaced]);
    for (let length = 0; length < text.length; length += 37) {
      assert.throws(
        () => readPlannedStack('primary', text.slice(0, length)),
        (error) =>
          error instanceof AgenteError && error.code === 'plan-unreadable' && error.exitCode === exitCodes.resource,
      );
    }
  });
});
