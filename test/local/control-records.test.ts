import assert from 'node:assert/strict';
import * as os from 'node:os';
import type { Machine } from '../../local/machine';
import { machineRegions } from '../../local/machine';
import { killRegion } from '../../local/up';
import type { JournalRecord, RoleRecord } from '../../recovery/control';
import { AgenteError, type ErrorCode } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import type { ControlBucket, Witness } from '../../scripts/control/control-bucket';
import { nextEpoch, raiseEpoch } from '../../scripts/control/epoch';
import { Journal, readJournal, type NewJournal } from '../../scripts/control/journal';
import { agreedRole, Witnesses } from '../../scripts/control/witnesses';
import { bindToStores, makeControlBuckets } from './control-support';
import { removeMachine, testMachine } from './support';

const role = (epoch: number, incident: string | null, activeSite: 'primary' | 'dr' = 'dr'): RoleRecord => ({
  version: 1,
  epoch,
  activeSite,
  generation: 1,
  incident,
  changedAt: '2026-11-23T20:00:00Z',
});

const start = (incident: string): NewJournal => ({
  incident,
  cause: 'region-loss',
  from: 'primary',
  to: 'dr',
  epoch: 2,
  startedAt: '2026-11-23T20:00:00Z',
  lossSeconds: 0,
});

const coded = (code: ErrorCode) => (error: unknown) => error instanceof AgenteError && error.code === code;

describe('control records on real object stores', function () {
  this.timeout(60_000);
  let machine: Machine;
  let unbind: () => void;
  let witnesses: Witnesses;
  let places: Witness[];

  before(async () => {
    machine = await testMachine();
    unbind = bindToStores(machine);
    places = await makeControlBuckets(machine);
    witnesses = new Witnesses(places);
  });

  after(async () => {
    witnesses.close();
    unbind();
    await removeMachine(machine);
  });

  const ownBucket = (): ControlBucket => {
    const [own] = witnesses.buckets;
    assert(own !== undefined);
    return own;
  };

  it('calls a record that nobody has written absent, and a bucket that is not there unreachable', async () => {
    assert.deepEqual(
      (await witnesses.roles()).map(({ state }) => state),
      ['absent', 'absent', 'absent'],
    );
    const elsewhere = new Witnesses([{ region: machineRegions.dr, bucket: 'no-such-bucket' }]);
    assert.equal((await elsewhere.roles())[0]?.state, 'unreachable');
    elsewhere.close();
  });

  it('raises the epoch in all witnesses, and finds its own record when it is run again', async () => {
    assert.equal((await raiseEpoch(witnesses, role(1, null, 'primary'))).length, 3);
    assert.equal(nextEpoch(await witnesses.roles()), 2);
    assert.equal((await raiseEpoch(witnesses, role(2, 'first'))).length, 3);
    assert.equal((await raiseEpoch(witnesses, role(2, 'first'))).length, 3);
    assert.equal(agreedRole(await witnesses.roles())?.incident, 'first');
  });

  it('rejects an epoch that another incident holds', async () => {
    await assert.rejects(raiseEpoch(witnesses, role(2, 'second')), coded('epoch-moved'));
    await assert.rejects(raiseEpoch(witnesses, role(1, 'late', 'primary')), coded('epoch-moved'));
    assert.equal(agreedRole(await witnesses.roles())?.incident, 'first');
  });

  it('lets exactly one of many rivals have the next epoch', async () => {
    const rivals = Array.from(
      { length: 6 },
      (_, index) => new Witnesses(places.slice(index % 3).concat(places.slice(0, index % 3))),
    );
    const outcomes = await Promise.allSettled(
      rivals.map((rival, index) => raiseEpoch(rival, role(3, `rival-${String(index)}`))),
    );
    const winners = outcomes.flatMap((outcome, index) =>
      outcome.status === 'fulfilled' ? [`rival-${String(index)}`] : [],
    );
    assert.equal(winners.length, 1, winners.join());
    assert.equal(agreedRole(await witnesses.roles())?.incident, winners[0]);
    for (const rival of rivals) rival.close();
  });

  it('gives the journal to one of two orchestrators that begin at once', async () => {
    const tries = await Promise.allSettled(
      ['a', 'b', 'c'].map((incident) => Journal.begin(ownBucket(), start(incident), null)),
    );
    const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    assert.equal(won.length, 1);
    for (const one of tries) if (one.status === 'rejected') assert(coded('failover-running')(one.reason));
    await won[0]?.change({ finishedAt: new Date().toISOString() });
    await won[0]?.release();
  });

  it('rejects to take over from a living orchestrator, and takes over from a dead one of this host at once', async () => {
    const first = await Journal.begin(ownBucket(), start('taken'), await readJournal(ownBucket()));
    await first.change({ lossSeconds: 3 });
    const held = await readJournal(ownBucket());
    assert(held !== null);
    await assert.rejects(Journal.takeOver(ownBucket(), held), coded('failover-running'));

    const dead: JournalRecord = {
      ...held.record,
      lease: { ...held.record.lease, host: os.hostname(), pid: 2 ** 22 + 1 },
    };
    await ownBucket().write(controlKeys.journal, dead, 'always');
    const stored = await readJournal(ownBucket());
    assert(stored !== null);
    const second = await Journal.takeOver(ownBucket(), stored);
    assert.equal(second.record.lossSeconds, 3);

    await assert.rejects(first.change({ lossSeconds: 4 }), coded('lease-lost'));
    assert(first.signal.aborted);
    await second.change({ finishedAt: new Date().toISOString() });
    await second.release();
    assert.equal((await readJournal(ownBucket()))?.record.lossSeconds, 3);
  });

  it('takes over from another host only when the lease has ended', async () => {
    const stored = await readJournal(ownBucket());
    assert(stored !== null);
    const lease = { owner: '1/x', host: 'elsewhere', pid: 1, expiresAt: new Date(Date.now() + 60_000).toISOString() };
    const open = { ...stored.record, finishedAt: null, lease };
    const etag = await ownBucket().write(controlKeys.journal, open, 'always');
    await assert.rejects(Journal.takeOver(ownBucket(), { record: open, etag: etag ?? '' }), coded('failover-running'));
    const ended = { ...open, lease: { ...lease, expiresAt: new Date(Date.now() - 1).toISOString() } };
    const newer = await ownBucket().write(controlKeys.journal, ended, 'always');
    const journal = await Journal.takeOver(ownBucket(), { record: ended, etag: newer ?? '' });
    await journal.release();
  });

  it('raises the epoch in the two witnesses that are left when a region is lost, quickly', async () => {
    await killRegion(machine, machineRegions.primary);
    const startedAt = Date.now();
    const regions = await raiseEpoch(witnesses, role(4, 'lost'));
    assert.deepEqual([...regions].sort(), [machineRegions.witness, machineRegions.dr].sort());
    assert(Date.now() - startedAt < 3_000, `took ${String(Date.now() - startedAt)} ms`);
    await killRegion(machine, machineRegions.witness);
    await assert.rejects(raiseEpoch(witnesses, role(5, 'alone')), coded('store-unreachable'));
  });
});
