import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { DatabaseEngineName, DatabaseSpec, DatabaseState, RestoreSpec } from '../../local/api';
import type { Machine } from '../../local/machine';
import { instanceOf } from '../../local/realised/database-instance';
import { withSession } from '../../local/realised/postgres/session';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import { killRegion } from '../../local/up';
import { ask, dr, pmsSpec, primary, until } from './database-support';
import { contextOf, removeMachine, testMachine } from './support';

const engines: readonly DatabaseEngineName[] = ['postgres', 'mysql'];
const originalOf = (engine: DatabaseEngineName): DatabaseSpec =>
  pmsSpec({ identifier: `${engine}-g1`, engine, databaseName: 'hotel', user: 'hotel_user' });

/** What an instance made from backups is asked for. */
function restored(identifier: string, restore: RestoreSpec): DatabaseSpec {
  return pmsSpec({ identifier, engine: null, databaseName: null, user: null, password: null, restore });
}

describe('recovery to a point in time', function () {
  this.timeout(90_000);
  let machine: Machine;
  let call: Call;
  const originals = new Map<DatabaseEngineName, DatabaseState>();

  const backupsOf = (engine: DatabaseEngineName) => `arn:aws:rds:${dr}:1:auto-backup:ab-${engine}`;
  const original = (engine: DatabaseEngineName) => originals.get(engine) ?? assert.fail(`no ${engine}`);
  const guests = (of: DatabaseState) => ask(machine, of, 'SELECT guest FROM bookings ORDER BY id');
  const refuses = (code: string, work: Promise<unknown>) => assert.rejects(work, { name: 'RegionRefusal', code });

  /**
   * Closes the log's segment, which RDS does every five minutes. PostgreSQL knows how far it reaches by its
   * last commit, which is a moment after all that was done before.
   */
  async function ship(of: DatabaseState): Promise<void> {
    if (of.engine === 'mysql') return;
    const { identifier, endpoint } = of;
    const instance = instanceOf(contextOf(machine, primary), { identifier, port: endpoint.port, archive: '' });
    await withSession(instance, async (session) => {
      await session.query('SELECT pg_current_xact_id()');
      await session.query('SELECT pg_switch_wal()');
    });
  }

  const reach = async (identifier: string) =>
    Date.parse((await call(primary, 'describeDatabase', { identifier }))?.latestRestorableTime ?? '');

  async function prepare(engine: DatabaseEngineName): Promise<void> {
    const spec = originalOf(engine);
    const { identifier } = spec;
    const made = await call(primary, 'createDatabase', spec);
    originals.set(engine, made);
    const source = { region: primary, identifier };
    await call(dr, 'replicateBackups', { arn: backupsOf(engine), source, retentionDays: 7 });
    await until(`${engine} has a first backup`, 40, async () => (await reach(identifier)) > 0);
    await ask(machine, made, 'CREATE TABLE bookings (id int primary key, guest varchar(100))');
    await ask(machine, made, "INSERT INTO bookings VALUES (1, 'Ana'), (2, 'Rui')");
  }

  before(async () => {
    machine = await testMachine();
    call = regionClient(machine);
    await Promise.all(engines.map(prepare));
  });
  after(() => removeMachine(machine));

  for (const engine of engines) {
    describe(`of ${engine}`, () => {
      const { identifier } = originalOf(engine);
      let before = '';

      it('shows the data as they stood before a bad update, with that of the same second before it', async () => {
        const made = original(engine);
        await pause(1_100);
        await ask(machine, made, "INSERT INTO bookings VALUES (3, 'Eva')");
        await pause(600);
        before = new Date().toISOString();
        await pause(600);
        await ask(machine, made, "UPDATE bookings SET guest = 'nobody'");
        const damaged = Date.now();
        await ship(made);
        await until('the archive reaches the damage', 20, async () => (await reach(identifier)) >= damaged);
        const restore = { from: { identifier }, at: before };
        const state = await call(primary, 'createDatabase', restored(`${engine}-g2`, restore));
        assert.deepEqual(await guests(state), ['Ana', 'Rui', 'Eva']);
        assert.deepEqual(await guests(made), ['nobody', 'nobody', 'nobody']);
        assert.equal(state.engine, engine);
        assert.equal(state.replica, false);
      });

      it('makes an instance that goes its own way, with backups of its own', async () => {
        const restore = { from: { identifier }, at: before };
        const state = await call(primary, 'createDatabase', restored(`${engine}-g2`, restore));
        await ask(machine, state, "INSERT INTO bookings VALUES (4, 'Leo')");
        await until('it has a backup', 30, async () => (await reach(`${engine}-g2`)) > 0);
        assert.equal((await guests(original(engine))).length, 3);
      });

      it('rejects what RDS rejects', async () => {
        const from = { identifier };
        const early = { from, at: '2020-01-01T00:00:00Z' };
        await refuses('InvalidParameterValue', call(primary, 'createDatabase', restored(`${engine}-x`, early)));
        const late = { from, at: new Date(Date.now() + 60_000).toISOString() };
        await refuses('InvalidParameterValue', call(primary, 'createDatabase', restored(`${engine}-x`, late)));
        const nobody = { from: { identifier: 'nobody' }, at: null };
        await refuses('DBInstanceNotFound', call(primary, 'createDatabase', restored(`${engine}-x`, nobody)));
        const taken = { from, at: null };
        await refuses('DBInstanceAlreadyExists', call(primary, 'createDatabase', restored(identifier, taken)));
        const unknown = { from: { replicatedBackups: 'arn:x' }, at: null };
        await refuses(
          'DBInstanceAutomatedBackupNotFound',
          call(dr, 'createDatabase', restored(`${engine}-x`, unknown)),
        );
        const change = (backupRetentionDays: number) => ({
          identifier: `${engine}-g2`,
          change: { backupRetentionDays },
        });
        await call(primary, 'modifyDatabase', change(0));
        const unprotected = { from: { identifier: `${engine}-g2` }, at: null };
        await refuses(
          'PointInTimeRestoreNotEnabled',
          call(primary, 'createDatabase', restored(`${engine}-x`, unprotected)),
        );
      });
    });
  }

  describe('of a region that is gone', () => {
    it('works in the other one, from the backups that were copied there', async () => {
      const last = new Map<DatabaseEngineName, number>();
      for (const engine of engines) {
        await ask(machine, original(engine), "INSERT INTO bookings VALUES (5, 'Ida')");
        last.set(engine, Date.now());
        await ship(original(engine));
      }
      const copied = async (engine: DatabaseEngineName) => {
        const state = await call(dr, 'describeReplicatedBackups', { arn: backupsOf(engine) });
        return Date.parse(state?.latestRestorableTime ?? '');
      };
      for (const engine of engines) {
        const goal = last.get(engine) ?? Infinity;
        await until(`the backups of ${engine} are copied`, 30, async () => (await copied(engine)) >= goal);
      }
      await killRegion(machine, primary);
      for (const engine of engines) {
        const restore = { from: { replicatedBackups: backupsOf(engine) }, at: null };
        const state = await call(dr, 'createDatabase', restored(`${engine}-g3`, restore));
        assert.deepEqual(await guests(state), ['nobody', 'nobody', 'nobody', 'Ida']);
        await ask(machine, state, "INSERT INTO bookings VALUES (6, 'Gil')");
      }
    });
  });
});
