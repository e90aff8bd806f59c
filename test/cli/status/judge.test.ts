import assert from 'node:assert/strict';
import type { Gathered } from '../../../cli/status/gather';
import { faultsOf } from '../../../cli/status/judge';
import type { HeartbeatRecord, JournalRecord, ReplayRecord, RoleRecord } from '../../../recovery/control';

const now = new Date('2026-11-23T20:00:10Z');
const at = (secondsAgo: number): string => new Date(now.getTime() - secondsAgo * 1_000).toISOString();

const role: RoleRecord = {
  version: 1,
  epoch: 1,
  activeSite: 'primary',
  generation: 1,
  incident: null,
  changedAt: at(999),
};
const heartbeat: HeartbeatRecord = {
  version: 2,
  site: 'primary',
  epoch: 1,
  sequence: 9,
  at: at(3),
  databases: { postgres: { epoch: 1, sequence: 9, at: at(3) } },
  fenced: false,
  cacheSeededEpoch: 1,
};
const replay: ReplayRecord = {
  version: 2,
  site: 'dr',
  databases: { postgres: { epoch: 1, sequence: 8, at: at(8) } },
  reportedAt: at(2),
};
const journal: JournalRecord = {
  version: 1,
  incident: 'x',
  cause: 'region-loss',
  from: 'primary',
  to: 'dr',
  epoch: 2,
  startedAt: at(60),
  finishedAt: null,
  lease: { owner: '1/x', host: 'h', pid: 1, expiresAt: at(-5) },
  pulumi: [],
  lossSeconds: 0,
  steps: [{ id: 'protect', startedAt: at(5), endedAt: null, outcome: 'running', detail: '' }],
};

const witness = (region: string) => ({ region, bucket: region, role, heartbeat });
const well: Gathered = {
  stack: 'dr',
  site: 'dr',
  role,
  witnesses: [witness('a'), witness('b'), witness('c')],
  heartbeat,
  replay,
  journal: null,
  deployed: 'standby',
  datasets: ['postgres'],
  contractFault: null,
  configured: 'standby',
  inState: 'standby',
};

const faults = (change: Partial<Gathered>): string => faultsOf({ ...well, ...change }, now).join('; ');

describe('status', () => {
  it('is green when everybody says what they should', () => {
    assert.equal(faults({}), '');
    assert.equal(faults({ journal: { ...journal, finishedAt: at(1) } }), '');
  });

  it('is red until a failover is finished', () => {
    assert.match(faults({ journal }), /failover x is not finished \(protect running\)/);
  });

  it('is red when the contract cannot be understood, and says why', () => {
    assert.equal(faults({ deployed: null, contractFault: 'vault: missing' }), 'vault: missing');
  });

  it('is red when data is missing', () => {
    assert.match(faults({ role: null }), /no two witnesses agree/);
    assert.match(faults({ heartbeat: null }), /no heartbeat/);
    assert.match(faults({ replay: null }), /no standby reports/);
    assert.match(faults({ replay: { ...replay, databases: { postgres: null } } }), /not replayed any/);
    assert.match(faults({ datasets: ['postgres', 'pms'] }), /standby of pms has never answered its keeper/);
    assert.match(
      faults({ heartbeat: { ...heartbeat, databases: {} } }),
      /postgres has no heartbeat on the active site/,
    );
    const silent = { region: 'c', bucket: 'c', role: { state: 'unreachable' }, heartbeat };
    assert.match(faults({ witnesses: [witness('a'), witness('b'), silent] }), /witness in c says nothing/);
  });

  it('is red when the keeper or the standby has fallen silent, or is behind', () => {
    assert.match(faults({ heartbeat: { ...heartbeat, at: at(16) } }), /16 s old/);
    assert.match(faults({ replay: { ...replay, reportedAt: at(16) } }), /16 s ago/);
    assert.match(
      faults({ replay: { ...replay, databases: { postgres: { epoch: 1, sequence: 1, at: at(70) } } } }),
      /67 s behind/,
    );
  });

  it('is red when the active site is fenced or its cache is cold', () => {
    assert.match(faults({ heartbeat: { ...heartbeat, fenced: true } }), /fenced itself/);
    assert.match(faults({ heartbeat: { ...heartbeat, cacheSeededEpoch: null } }), /cache has not been rebuilt/);
  });

  it('shows when the state and the file in Git disagree, and the command that ends it', () => {
    assert.match(faults({ inState: 'active' }), /pulumi config set role active --stack dr/);
    assert.match(faults({ inState: null, deployed: 'active' }), /its file says standby/);
  });

  it('calls a promotion by hand by its name until the witnesses know of it', () => {
    const promoted = { configured: 'active', inState: 'active', deployed: 'active' } as const;
    assert.match(
      faults(promoted),
      /stack dr is active, but the witnesses name primary: .*`agente-dr failover --stack dr` if it was promoted by hand/,
    );
    const known = { ...promoted, role: { ...role, epoch: 2, activeSite: 'dr' } } as const;
    assert.doesNotMatch(faults(known), /the witnesses name/);
  });
});
