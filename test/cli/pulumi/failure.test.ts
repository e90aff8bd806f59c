import assert from 'node:assert/strict';
import { engineFailure, locksIn } from '../../../cli/pulumi/failure';

/** As the file backend of Pulumi 3.259 says it. */
const locked = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///s/.pulumi/locks/organization/agente-dr/dr/3c.json: created by root@vm-1.example (pid 4711) at 2026-11-23T22:00:00Z
  file:///s/.pulumi/locks/organization/agente-dr/dr/4d.json: created by tom@laptop (pid 12) at 2026-11-23T22:00:01Z`;

describe('a pulumi that has failed', () => {
  it('names everybody who holds the lock', () => {
    assert.deepEqual(locksIn(locked), [
      { host: 'vm-1.example', pid: 4711 },
      { host: 'laptop', pid: 12 },
    ]);
    assert.deepEqual(locksIn('error: something else (pid 3) at '), []);
  });

  it('says who else works on the stack', () => {
    const error = engineFailure('pulumi up', locked, '/log');
    assert.equal(error.code, 'engine-failed');
    assert.match(error.message, /4711 on vm-1\.example/);
  });

  it('passes on what the program refuses, with its code, its fact and its hint', () => {
    const output = `Diagnostics:
  pulumi:pulumi:Stack (agente-dr-dr):
    error: role-ratchet: site dr is active (generation 1), and Pulumi.dr.yaml says standby
    HINT: Run pulumi config set role active --stack dr and commit it.

Resources:
    1 errored`;
    const error = engineFailure('pulumi up', output, '/log');
    assert.equal(error.code, 'role-ratchet');
    assert.equal(error.message, 'site dr is active (generation 1), and Pulumi.dr.yaml says standby');
    assert.equal(error.hint, 'Run pulumi config set role active --stack dr and commit it.');
    const misspelt = output.replace('role-ratchet: site', 'config-invalid: site');
    assert.equal(engineFailure('pulumi up', misspelt, '/log').code, 'config-invalid');
  });

  it('passes on a refusal of several lines whole, and no code that it does not know', () => {
    const output = `    error: promise-broken: the workload has 2 faults:
    datasets.pms: one [loss-above-rpo]
      fix: a
    jobs.x: two [schedule-never-fires]
    HINT: Change recovery/.
`;
    const error = engineFailure('pulumi preview', output, '/log');
    assert.equal(error.code, 'promise-broken');
    assert.match(error.message, /^the workload has 2 faults:[^]*loss-above-rpo[^]*schedule-never-fires/);
    assert.equal(error.hint, 'Change recovery/.');
    const unknown = output.replace('promise-broken', 'brand-new');
    assert.equal(engineFailure('pulumi preview', unknown, '/log').code, 'engine-failed');
  });

  it('calls a full disk a full disk', () => {
    const output = ' ~ aws:rds:Instance updating\nerror: pg_promote: No space left on device\n';
    assert.equal(engineFailure('pulumi up', output, '/log').code, 'disk-full');
  });

  it('shows the lines that tell something, and not the progress', () => {
    const output = 'Updating (dr)\n ~ a updating\nerror: InvalidDBInstanceState: no\nResources: 3 unchanged\n';
    const { message } = engineFailure('pulumi up', output, '/log');
    assert.match(message, /InvalidDBInstanceState/);
    assert.doesNotMatch(message, /unchanged/);
  });
});
