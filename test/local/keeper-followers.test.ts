import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DatabaseState } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Beats } from '../../recovery/control';
import { ChangeLog } from '../../scripts/keeper/log';
import { Followers } from '../../scripts/keeper/followers';
import { ask, dr, password, pmsSpec, primary, replicaOf, until } from './database-support';
import { removeMachine, testMachine } from './support';

const identifier = 'agente-pms-g1';
const spec = pmsSpec({ identifier });
const beat = (sequence: number) => ({ epoch: 1, sequence, at: new Date(1_800_000_000_000 + sequence).toISOString() });

describe('the databases that follow the beats of the first one', function () {
  this.timeout(60_000);
  let machine: Machine;
  let states: { primary: DatabaseState; replica: DatabaseState };
  const made: Followers[] = [];

  function followersOf({ endpoint }: DatabaseState): Followers {
    const ca = fs.readFileSync(path.join(machine.tlsDir, 'ca.crt'), 'utf8');
    const pms = { ...endpoint, name: 'qloapps', user: spec.user ?? '', password, ca };
    const followers = new Followers({ pms }, new ChangeLog());
    made.push(followers);
    return followers;
  }

  async function told(followers: Followers, sequence: number): Promise<Beats> {
    await until(`beat ${String(sequence)}`, 20, async () => {
      await followers.look();
      return followers.beats['pms']?.sequence === sequence;
    });
    return followers.beats;
  }

  before(async () => {
    machine = await testMachine();
    const call = regionClient(machine);
    const first = await call(primary, 'createDatabase', spec);
    const replica = await call(dr, 'createDatabase', replicaOf(spec, { region: primary, identifier }));
    states = { primary: first, replica };
  });
  after(async () => {
    await Promise.all(made.map((followers) => followers.close()));
    await removeMachine(machine);
  });

  it('say nothing before they have answered, and then that there is no beat before the first', async () => {
    const followers = followersOf(states.primary);
    assert.deepEqual(followers.beats, {});
    await followers.look();
    assert.deepEqual(followers.beats, { pms: null });
  });

  it('are given a beat by the active site, and have it on the standby when it is replayed', async () => {
    const [active, standby] = [followersOf(states.primary), followersOf(states.replica)];
    await active.note('primary', beat(1));
    assert.deepEqual(active.beats, { pms: beat(1) });
    await told(standby, 1);
    await active.note('primary', beat(2));
    assert.deepEqual((await told(standby, 2))['pms'], beat(2));
  });

  it('keep what they know while their server is away, and hold up nobody for long', async () => {
    const standby = followersOf(states.replica);
    await told(standby, 2);
    const call = regionClient(machine);
    const server = (await call(dr, 'status', {})).parts.find((part) => part.kind === 'database');
    process.kill(server?.pid ?? 0, 'SIGSTOP');
    try {
      const startedAt = Date.now();
      await standby.look();
      // The next one does not even wait: the same question is still open.
      await standby.look();
      assert(Date.now() - startedAt < 1_000);
      assert.equal(standby.beats['pms']?.sequence, 2);
    } finally {
      process.kill(server?.pid ?? 0, 'SIGCONT');
    }
    assert.deepEqual(await ask(machine, states.replica, 'SELECT @@read_only'), [1]);
  });
});
