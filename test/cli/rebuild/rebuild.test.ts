import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { parse } from 'yaml';
import { generationsIn, planRebuild, type RebuildFacts } from '../../../cli/rebuild/plan';
import { edited, editsBetween, replaceFile, type Edit } from '../../../cli/rebuild/stack-file';
import type { RoleRecord } from '../../../recovery/control';
import { AgenteError, type ErrorCode } from '../../../recovery/errors';
import { sampleContract } from '../../recovery/contract-sample';

const shipped = fs.readFileSync(path.join(__dirname, '../../../Pulumi.primary.yaml'), 'utf8');
const drServes: RoleRecord = {
  version: 1,
  epoch: 2,
  activeSite: 'dr',
  generation: 1,
  incident: 'x',
  changedAt: '2026-11-23T20:00:00Z',
};
const givenUp: RebuildFacts = {
  stack: 'primary',
  text: shipped,
  own: { ...sampleContract, site: 'primary', role: 'active' },
  role: drServes,
  peerRole: 'active',
  peerGenerations: { postgres: 3, pms: 1 },
};

const coded = (code: ErrorCode, fact: RegExp) => (error: unknown) =>
  error instanceof AgenteError && error.code === code && fact.test(error.message);

function editsFor(facts: RebuildFacts): readonly Edit[] {
  const plan = planRebuild(facts);
  assert(plan.outcome === 'edits');
  return plan.edits;
}

describe('agente-dr rebuild', () => {
  const after = edited(shipped, editsFor(givenUp));

  it('edits what makes the site a standby under the next generation, and nothing else', () => {
    const told = Object.fromEntries(editsFor(givenUp).map((edit) => [edit.path.join('.'), edit.to]));
    assert.deepEqual(told, {
      'agente-dr:role': 'standby',
      'agente-dr:demote': 'primary:1',
      'agente-dr:databases.postgres.generation': 2,
      'agente-dr:databases.postgres.origin': 'replica',
      'agente-dr:databases.postgres.retained': [{ generation: 1, origin: 'own', class: 'db.m7g.large' }],
      'agente-dr:databases.pms.generation': 2,
      'agente-dr:databases.pms.origin': 'replica',
      'agente-dr:databases.pms.retained': [{ generation: 1, origin: 'own', class: 'db.t4g.medium' }],
      'agente-dr:peerGenerations.postgres': 3,
    });
  });

  it('leaves every other line of the file as it was, comments included', () => {
    const lines = after.split('\n');
    const gone = shipped.split('\n').filter((line) => !lines.includes(line));
    const instance = ['      generation: 1', '      origin: own'];
    assert.deepEqual(gone, ['  agente-dr:role: active', ...instance, ...instance, '    postgres: 1']);
    assert.equal(edited(shipped, []), shipped);
  });

  it('keeps a comment behind a value, and what is retained already', () => {
    const before = 'config:\n  a: 1 # why\n  list:\n    - x: 1 # old\n';
    const edits = editsBetween({ a: 1, list: [{ x: 1 }] }, { a: 2, list: [{ x: 1 }, { x: 2 }] });
    assert.equal(edited(before, edits), 'config:\n  a: 2 # why\n  list:\n    - x: 1 # old\n    - x: 2\n');
  });

  it('replaces the file in one step and leaves no draft', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'adr-rebuild-'));
    try {
      const file = path.join(folder, 'Pulumi.primary.yaml');
      fs.writeFileSync(file, shipped, { mode: 0o640 });
      replaceFile(file, after);
      assert.equal(fs.readFileSync(file, 'utf8'), after);
      assert.equal(fs.statSync(file).mode & 0o777, 0o640);
      assert.deepEqual(fs.readdirSync(folder), ['Pulumi.primary.yaml']);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it('has nothing to do when the file says it already, before and after the deployment', () => {
    assert.equal(planRebuild({ ...givenUp, text: after }).outcome, 'written');
    const own = { ...givenUp.own, role: 'standby' as const, generation: 2, generations: { postgres: 2, pms: 2 } };
    assert.equal(planRebuild({ ...givenUp, text: after, own }).outcome, 'deployed');
  });

  it('counts on from a generation that is retained, and keeps it', () => {
    const own = { ...givenUp.own, generation: 2, generations: { postgres: 2, pms: 2 } };
    const again = parse(edited(after, editsFor({ ...givenUp, text: after, own }))) as {
      config: Record<string, Record<string, { generation: number; retained: { generation: number }[] }>>;
    };
    const { postgres } = again.config['agente-dr:databases'] ?? {};
    assert.equal(postgres?.generation, 3);
    assert.deepEqual(
      postgres.retained.map((one) => one.generation),
      [1, 2],
    );
  });

  it('rejects a site that serves by two of three witnesses', () => {
    const role: RoleRecord = { ...drServes, activeSite: 'primary' };
    assert.throws(() => planRebuild({ ...givenUp, role }), coded('generation-served', /primary is the active one/));
  });

  it('rejects while the other site is named by the witnesses and not promoted yet', () => {
    assert.throws(
      () => planRebuild({ ...givenUp, peerRole: 'standby' }),
      coded('failover-running', /has not come to its promotion/),
    );
  });

  it('rejects a standby that does not follow what the other site serves', () => {
    const own = { ...givenUp.own, role: 'standby' as const };
    assert.throws(() => planRebuild({ ...givenUp, own }), coded('role-ratchet', /site primary is standby already/));
  });

  it('rejects a file with generations that were never deployed', () => {
    const text = shipped.replace('generation: 1', 'generation: 7');
    assert.throws(() => planRebuild({ ...givenUp, text }), coded('config-invalid', /postgres-g7.*postgres-g1.* stand/));
  });

  it('reads the generations of the other site from its file where its region does not answer', () => {
    assert.deepEqual(generationsIn(after, 'primary'), { postgres: 2, pms: 2 });
    assert.throws(() => generationsIn('config: {}', 'dr'), coded('config-invalid', /names no generation/));
  });
});
