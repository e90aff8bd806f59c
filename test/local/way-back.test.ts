import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { fence } from '../../cli/failover/fence';
import { groundOf, type Ground } from '../../cli/failover/ground';
import { failover } from '../../cli/failover/plan';
import { redirect, signalUrl } from '../../cli/failover/redirect';
import { runSteps } from '../../cli/failover/steps';
import { JsonView } from '../../cli/failover/view';
import { rebuild } from '../../cli/rebuild/rebuild';
import type { HealthCheckSpec, RecordSpec } from '../../local/api';
import { environment } from '../../local/env';
import { machineRegions, type Machine } from '../../local/machine';
import { regionClient } from '../../local/supervisor/client';
import type { Call } from '../../local/supervisor/part';
import type { Contract } from '../../recovery/contract';
import type { Beats, HeartbeatRecord, JournalRecord, ReplayRecord, RoleRecord } from '../../recovery/control';
import { AgenteError, type ErrorCode } from '../../recovery/errors';
import { regionLossSteps } from '../../recovery/scenarios/region-loss';
import { bucketName, controlKeys, signalKey, type Site } from '../../recovery/sites';
import { Journal, readJournal } from '../../scripts/control/journal';
import { agreedRole } from '../../scripts/control/witnesses';
import { sampleContract } from '../recovery/contract-sample';
import { bindToStores, makeControlBuckets } from './control-support';
import { removeMachine, testMachine } from './support';

const { primary: east, dr: west } = machineRegions;
const at = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1_000).toISOString();
const roleOf = (epoch: number, activeSite: Site): RoleRecord => ({
  version: 1,
  epoch,
  activeSite,
  generation: 1,
  incident: 'INC-1',
  changedAt: at(900),
});
const coded = (code: ErrorCode, fact: RegExp) => (error: unknown) =>
  error instanceof AgenteError && error.code === code && fact.test(error.message);

class Quiet extends JsonView {
  readonly lines: string[] = [];
  override line(text: string): void {
    this.lines.push(text);
  }
  override step(): void {
    // The steps are in the journal.
  }
  override result(): void {
    // The caller gets it.
  }
}

/** dr serves since epoch 2: real witnesses, a real signal bucket, the real name server and its health check. */
describe('the way back to the first site', function () {
  this.timeout(90_000);
  let machine: Machine;
  let unbind: () => void;
  let call: Call;
  let ground: Ground;
  let signal: Contract['signal'];
  let check: HealthCheckSpec;

  const contractOf = (site: Site, role: Contract['role']): Contract => ({ ...sampleContract, site, role, signal });
  const bucketOf = (site: Site) => ground.witnesses.buckets[site === 'primary' ? 0 : 1];
  const write = (site: Site, key: string, value: object) => bucketOf(site)?.write(key, value, 'always');
  const everywhere = (key: string, value: object) =>
    Promise.all(ground.witnesses.buckets.map((bucket) => bucket.write(key, value, 'always')));
  const attempt = (view = new Quiet(), stack = 'primary') =>
    failover(
      {
        stack,
        acceptLoss: null,
        declareLost: 'INC-1',
        dryRun: true,
        approve: () => Promise.reject(new Error('asked')),
        signal: new AbortController().signal,
      },
      view,
    );
  const served = async (): Promise<string | undefined> => (await ground.names.addresses(machine.file.domain))[0];

  before(async () => {
    machine = await testMachine(10);
    unbind = bindToStores(machine);
    Object.assign(process.env, { ...environment(machine) });
    call = regionClient(machine);
    await makeControlBuckets(machine);
    const bucket = bucketName('signal', machine.file.accountId, west);
    signal = { region: west, bucket, key: signalKey };
    await call(west, 'createBucket', { name: bucket, objectLock: false });
    const Resource = `arn:aws:s3:::${bucket}/${signalKey}`;
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource }];
    await call(west, 'setBucketPolicy', { bucket, policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
    await call(west, 'putObject', { bucket, key: signalKey, content: '{}', contentType: null });
    const record = (failover: RecordSpec['failover'], region: string, healthCheckId: string | null): RecordSpec => ({
      ...{ zoneId: machine.file.zoneId, name: `${machine.file.domain}.`, type: 'A', values: [], ttlSeconds: 300 },
      ...{ setIdentifier: region, alias: `api-1.${region}.elb.amazonaws.com`, failover, healthCheckId },
    });
    await call('global', 'putRecord', record('PRIMARY', east, 'signal'));
    await call('global', 'putRecord', record('SECONDARY', west, null));
    check = {
      ...{ id: 'signal', protocol: 'HTTPS', host: `${bucket}.s3.${west}.amazonaws.com`, port: 443 },
      ...{ path: `/${signalKey}`, intervalSeconds: 10, failureThreshold: 3, inverted: true, disabled: true },
    };
    await call('global', 'putHealthCheck', check);
    ground = groundOf('primary');

    const databases: Beats = { postgres: { epoch: 2, sequence: 9, at: at(20) } };
    const beat: HeartbeatRecord = {
      ...{ version: 2, site: 'dr', epoch: 2, sequence: 9, at: at(20), databases },
      ...{ fenced: true, cacheSeededEpoch: 2 },
    };
    const replay: ReplayRecord = { version: 2, site: 'primary', databases, reportedAt: at(1) };
    await everywhere(controlKeys.role, roleOf(2, 'dr'));
    await everywhere(controlKeys.heartbeat, beat);
    await write('primary', controlKeys.replay, replay);
    await write('dr', controlKeys.contract, contractOf('dr', 'active'));
  });
  after(async () => {
    ground.witnesses.close();
    unbind();
    await removeMachine(machine);
  });

  it('rejects to begin while primary has only what was booked there before, and names the rebuild', async () => {
    await write('primary', controlKeys.contract, contractOf('primary', 'active'));
    await assert.rejects(attempt(), coded('role-ratchet', /primary does not follow dr/));
  });

  it('begins with a rebuild, whose edits are made once', async () => {
    const before = ground.project.stackText('primary');
    const planned = await rebuild('primary', false);
    assert.equal(planned.outcome, 'planned');
    assert.equal(ground.project.stackText('primary'), before);
    assert.equal((await rebuild('primary', true)).outcome, 'written');
    assert.match(ground.project.stackText('primary'), /agente-dr:demote: primary:1/);
    assert.equal((await rebuild('primary', true)).outcome, 'nothing-to-do');
    await assert.rejects(rebuild('dr', false), coded('generation-served', /site dr is the active one/));
  });

  it('rejects to begin while the failover before is carried out', async () => {
    await write('primary', controlKeys.contract, contractOf('primary', 'standby'));
    const [, dr] = ground.witnesses.buckets;
    assert(dr !== undefined);
    const record = { incident: 'INC-0', cause: 'region-loss', from: 'primary', to: 'dr', epoch: 2 } as const;
    const journal = await Journal.begin(dr, { ...record, startedAt: at(60), lossSeconds: 0 }, null);
    await assert.rejects(attempt(), coded('failover-running', /INC-0/));
    const fenced = { id: 'fence', startedAt: at(60), endedAt: at(50), outcome: 'done', detail: '' } as const;
    await journal.change({ steps: [fenced] });
    await journal.release();
  });

  it('shows a plan whose redirection deletes the signal, under the next epoch, also for an incident of the same name', async () => {
    const view = new Quiet();
    const { epoch, lossSeconds, outcome } = await attempt(view);
    assert.deepEqual({ epoch, lossSeconds, outcome }, { epoch: 3, lossSeconds: 0, outcome: 'planned' });
    const shown = view.lines.join('\n');
    assert.match(shown, /Epoch 3 would be claimed for primary/);
    assert.match(shown, /Delete the signal object/);
    assert.doesNotMatch(shown, /Write the signal object/);
  });

  it('takes the guests back by the deletion alone, not by the promotion before it, and may be repeated', async () => {
    const record = { incident: 'INC-1', cause: 'region-loss', from: 'dr', to: 'primary', epoch: 3 } as const;
    const journal = await Journal.begin(ground.own, { ...record, startedAt: at(1), lossSeconds: 0 }, null);
    const run = {
      ...{ ground, journal, view: new Quiet(), contract: contractOf('primary', 'standby'), declaredLost: true },
      steps: regionLossSteps('primary'),
    };
    const never = new AbortController().signal;
    const promoted = async (): Promise<string> => {
      await call('global', 'putHealthCheck', { ...check, disabled: false });
      await pause(2_000);
      return 'the check looks at the signal again';
    };
    await runSteps({ ...run, procedure: { fence, promote: promoted } }, never);
    assert.equal(agreedRole(await ground.witnesses.roles())?.activeSite, 'primary');
    assert.equal(await served(), machine.address(west));

    await runSteps({ ...run, procedure: { redirect } }, never);
    const url = signalUrl(signal.region, signal.bucket, signal.key);
    assert.ok([403, 404].includes((await fetch(url)).status));
    const deadline = Date.now() + 15_000;
    while ((await served()) !== machine.address(east)) {
      assert.ok(Date.now() < deadline, 'primary never answers');
      await pause(100);
    }
    await redirect({ ...run, resumed: true, signal: never });
    const steps: JournalRecord['steps'] = (await readJournal(ground.own))?.record.steps ?? [];
    assert.match(steps.find(({ id }) => id === 'redirect')?.detail ?? '', /is gone$/);
    await journal.change({ finishedAt: at(0) });
    await journal.release();
  });

  it('lets the failover before not be gone on with: it would move the guests under an epoch that is over', async () => {
    await write('dr', controlKeys.contract, contractOf('dr', 'standby'));
    const view = new Quiet();
    await assert.rejects(attempt(view, 'dr'), coded('loss-unmeasured', /postgres/));
    assert.deepEqual(view.lines, []);
  });
});
