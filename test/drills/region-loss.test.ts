import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { processesOf } from '../../local/processes';
import { listMachines } from '../../local/up';
import { heartbeatInterval } from '../../recovery/cadence';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { resultOf, startDrill, type DrillRun } from './support';

const { local } = regionLossScenario;

/** Ten times faster DNS: for everything but the recovery times. */
const fastDns = ['--time-scale', '10'];

/** Folders of the machines that a drill owns; others may drill on this computer too. */
function machinesOf(pid: number): string[] {
  return listMachines().flatMap(({ machine }) => (machine.file.owner?.pid === pid ? [machine.dir] : []));
}

describe('the region-loss drill', function () {
  this.timeout(600_000);
  const runs: DrillRun[] = [];

  async function drill(...flags: string[]): Promise<DrillRun> {
    const run = await startDrill('--json', ...flags).ended;
    runs.push(run);
    return run;
  }

  afterEach(() => {
    for (const run of runs.splice(0)) {
      assert.deepEqual(machinesOf(run.pid), [], 'nothing is left behind');
      fs.rmSync(run.results, { recursive: true });
    }
  });

  it('passes with the shipped DNS values, and keeps the evidence', async () => {
    const status = execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' });
    const run = await drill();
    const result = resultOf(run);
    assert.deepEqual({ verdict: result.verdict, reasons: result.reasons, code: run.code }, { verdict: 'passed', reasons: [], code: 0 }, run.stderr);
    assert.ok((result.rto.seconds ?? Infinity) <= local.rto.seconds);
    assert.ok(result.load.bookingsPerSecond >= 100);
    assert.ok((result.peakMemoryMb ?? Infinity) < 900, `${String(result.peakMemoryMb)} MB`);
    assert.deepEqual(result.steps.map((step) => step.outcome), result.steps.map(() => 'done'));
    const kinds = fs.readdirSync(run.results).map((name) => name.slice(name.indexOf('.'))).sort();
    assert.deepEqual(kinds, ['.html', '.json', '.ledger.csv']);
    assert.equal(execFileSync('git', ['status', '--porcelain'], { encoding: 'utf8' }), status);
  });

  for (const seconds of [0, 5, 20]) {
    it(`reports a loss within 1 s of the truth when the link was cut ${String(seconds)} s before`, async () => {
      const run = await drill(...fastDns, '--cut-link', `${String(seconds)}s`);
      const result = resultOf(run);
      assert.deepEqual(result.stores.map((store) => store.name), ['postgres', 'redis', 'pms'], run.stderr);
      for (const { name, lostSeconds } of result.stores) {
        // The PMS is told by beats: the first that is lost may have come a beat after the link was cut.
        const late = name === 'pms' ? heartbeatInterval.seconds : 0;
        assert.ok(lostSeconds <= seconds + 1 && lostSeconds >= seconds - late - 1, `${name} lost ${String(lostSeconds)} s`);
      }
      const above = result.stores.some((store) => seconds > store.localBoundSeconds);
      assert.equal(run.code, above ? 5 : 0, result.reasons.join('\n'));
      assert.equal(result.reasons.some((reason) => reason.startsWith('postgres lost')), above);
    });
  }

  it('rejects a disaster that spared the region', async () => {
    const run = await drill(...fastDns, '--spare-region');
    const result = resultOf(run);
    assert.equal(run.code, 5);
    assert.equal(result.verdict, 'failed');
    assert.match(result.reasons.join('\n'), /^nothing was destroyed: \d+ processes of us-east-1 are alive; the folder of us-east-1 can still be read; no three bookings in a row failed$/);
  });

  it('rejects a load that is too weak to measure with', async () => {
    const run = await drill(...fastDns, '--load', '40');
    assert.equal(run.code, 5);
    assert.match(resultOf(run).reasons.join('\n'), /only (39|40)\.\d bookings\/s before the fault/);
  });

  for (const [signal, phase] of [['SIGKILL', 'Guests book'], ['SIGINT', 'fail over'], ['SIGKILL', 'step promote running']] as const) {
    it(`leaves nothing behind when ${signal} comes at "${phase}"`, async () => {
      const started = startDrill(...fastDns);
      while (!started.stderr().includes(phase)) await pause(50);
      const [dir] = machinesOf(started.pid);
      assert.ok(dir !== undefined && processesOf(dir).length > 0);
      process.kill(started.pid, signal);
      const run = await started.ended;
      runs.push(run);
      assert.equal(run.code, signal === 'SIGINT' ? 8 : null);
      for (let waited = 0; fs.existsSync(dir) && waited < 100; waited += 1) await pause(100);
      assert.deepEqual(processesOf(dir), [], 'no process of the drill is alive');
    });
  }
});
