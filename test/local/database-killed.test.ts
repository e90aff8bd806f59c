import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseEngineName } from '../../local/api';
import type { Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { ask, dr, pmsSpec, primary, replicaOf, restartRegion, until } from './database-support';
import { removeMachine, testMachine } from './support';

const engines: readonly DatabaseEngineName[] = ['postgres', 'mysql'];

describe('a region whose supervisor is killed at its work', function () {
  this.timeout(120_000);
  let machine: Machine;
  let call: Call;

  /** Starts a work and kills its region in the middle. */
  async function killDuring(work: Promise<unknown>, afterMs: number): Promise<void> {
    const ended = work.then(
      () => 'done',
      () => 'cut',
    );
    await pause(afterMs);
    await restartRegion(machine, dr);
    await ended;
  }

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
  });
  after(() => removeMachine(machine));

  for (const engine of engines) {
    it(`has a ${engine} replica once it is asked for again, and one that stands alone once it is promoted again`, async () => {
      const identifier = `${engine}-g1`;
      const spec = pmsSpec({ identifier, engine, databaseName: 'hotel', user: 'hotel_user' });
      const source = await call(primary, 'createDatabase', spec);
      await ask(machine, source, 'CREATE TABLE rooms (id int primary key)');
      const replica = replicaOf(spec, { region: primary, identifier });
      await killDuring(call(dr, 'createDatabase', replica), 400);
      const made = await call(dr, 'createDatabase', replica);
      await ask(machine, source, 'INSERT INTO rooms VALUES (1)');
      const rooms = async () => Number((await ask(machine, made, 'SELECT count(*) FROM rooms'))[0]);
      await until('the replica streams', 10, async () => (await rooms().catch(() => 0)) === 1);

      const promotion = { identifier, change: { promote: true } } as const;
      await killDuring(call(dr, 'modifyDatabase', promotion), 30);
      const promoted = await call(dr, 'modifyDatabase', promotion);
      assert.equal(promoted.replica, false);
      await ask(machine, promoted, 'INSERT INTO rooms VALUES (2)');
      await ask(machine, source, 'INSERT INTO rooms VALUES (3)');
      await restartRegion(machine, dr);
      await ask(machine, promoted, 'INSERT INTO rooms VALUES (4)');
      assert.equal(await rooms(), 3);
    });
  }
});
