import * as fs from 'node:fs';
import * as path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../recovery/errors';
import type { DrillResult } from '../../recovery/drill-result';
import { Duration, duration } from '../../recovery/duration';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { killRegion, stopMachine } from '../../local/up';
import { environment } from '../../local/env';
import { regionClient } from '../../local/supervisor/client';
import { machineRegions, type Machine } from '../../local/machine';
import { machineVariable } from '../../local/processes';
import { checkoutRoot } from '../../scripts/checkout';
import { sparedBy } from './destruction';
import { startFailover, type FailoverProcess, type StepRun } from './failover-process';
import { readLedger, referenceOf } from './ledger';
import { startLoad, type Load } from './load';
import { measuredRto, measuredSteps, measuredStores, measuredTimeline, missingAfterRecovery, type Clock, type Holdings } from './measure';
import { steadyRate } from './meter';
import { Observer } from './observer';
import { resultFiles, saveResult, type ResultFiles } from './results';
import { saveReport } from './report';
import { siteAccess } from './site-access';
import { standUp } from './stand-up';
import { referencesInCache, referencesInDatabase, type StoreAccess } from './stores';
import { reasonsToFail, leastBookingsPerSecond, type Evidence } from './verdict';
import { versions } from './versions';
import type { DrillView, PhasePlan } from './view';

export interface RegionLossOptions {
  /** Bookings per second that the guests try. */
  readonly load: number;
  /** Cut the replication link so long before the region is killed; null leaves it alone. */
  readonly cutLink: Duration | null;
  /** Test switch: leave the region alive, to see that the drill does not believe in the disaster. */
  readonly spareRegion: boolean;
  /** How many times faster than shipped the DNS clock runs. */
  readonly timeScale: number;
  /** Leave both regions standing afterwards. */
  readonly keep: boolean;
  /** Folder of the results. */
  readonly results: string;
  readonly view: DrillView;
  /** Ends the drill early; everything it started is stopped. */
  readonly signal: AbortSignal;
}

/** The phases of the drill, with what they took on two cores. */
export const regionLossPhases: readonly PhasePlan[] = [
  { id: 'machine', title: 'Start two regions and a witness', expected: duration('5s') },
  { id: 'deploy', title: 'Bring both sites up (pulumi up)', expected: duration('60s') },
  { id: 'warm-up', title: 'Guests book', expected: duration('25s') },
  { id: 'recover', title: 'The primary region is lost: fail over', expected: duration('130s') },
  { id: 'measure', title: 'Count what was lost', expected: duration('5s') },
];

const steadyBefore = duration('20s');
const warmUpPatience = duration('60s');
/** Without three failed bookings in this time there was no disaster. */
const outagePatience = duration('30s');
const tickMs = 100;

/** Everything of one drill that must be stopped again. */
interface Running {
  readonly options: RegionLossOptions;
  readonly name: string;
  readonly files: ResultFiles;
  readonly startedAt: number;
  readonly observer: Observer;
  readonly phases: { id: string; startedAt: number; endedAt: number }[];
  machine: Machine | null;
  load: Load | null;
  failover: FailoverProcess | null;
}

/**
 * Brings two regions up on this machine, lets guests book, destroys the primary region, runs the
 * failover command, and measures from outside.
 *
 * @returns the result, saved as JSON with a page beside it; its verdict may be `failed`.
 * @throws AgenteError `cancelled`; `server-failed` when the regions or the replication did not come up.
 */
export async function runRegionLoss(options: RegionLossOptions): Promise<DrillResult> {
  const startedAt = Date.now();
  fs.mkdirSync(options.results, { recursive: true });
  const files = resultFiles(options.results, regionLossScenario.id, startedAt);
  const name = `drill-${startedAt.toString(36)}`;
  const run: Running = { options, name, files, startedAt, observer: new Observer(), phases: [], machine: null, load: null, failover: null };
  try {
    const result = await abortable(options.signal, procedure(run));
    saveResult(files.json, result);
    saveReport(files.html, result, options.results);
    return result;
  } finally {
    options.view.end();
    await tidyUp(run);
  }
}

async function procedure(run: Running): Promise<DrillResult> {
  const machine = await deploy(run);
  const load = await warmUp(run, machine);
  await confirmReplication(run, machine);
  const access = await siteAccess(machine, 'dr');
  const clock: { faultAt: number; spared: string[] } = await strike(run, machine);
  const outcome = await recover(run, machine, clock.faultAt);
  phase(run, 'measure');
  await run.load?.stop();
  const spared = [...clock.spared, ...(outcome.clock.outageAt === null ? ['no three bookings in a row failed'] : [])];
  const holdings = spared.length > 0 ? {} : await holdingsOf(run, access);
  return resultOf(run, load, outcome, holdings, spared);
}

function phase(run: Running, id: string): void {
  const now = Date.now();
  const last = run.phases.at(-1);
  if (last !== undefined) last.endedAt = now;
  run.phases.push({ id, startedAt: now, endedAt: now });
  run.options.view.phase(id);
}

async function deploy(run: Running): Promise<Machine> {
  phase(run, 'machine');
  const { machine, bringUp } = await standUp({
    name: run.name,
    keep: run.options.keep,
    timeScale: run.options.timeScale,
  });
  run.machine = machine;
  phase(run, 'deploy');
  await bringUp((text) => {
    run.options.view.note(text);
  });
  return machine;
}

async function warmUp(run: Running, machine: Machine): Promise<DrillResult['load']> {
  phase(run, 'warm-up');
  const { domain, listenerPort, dnsPort } = machine.file;
  run.load = await startLoad(
    {
      drill: run.name,
      ledger: run.files.ledger,
      rate: run.options.load,
      domain,
      port: listenerPort,
      resolver: { address: machine.address('global'), port: dnsPort },
      caFile: path.join(machine.tlsDir, 'ca.crt'),
    },
    (tries) => {
      run.observer.accept(tries);
    },
  );
  const until = Date.now() + warmUpPatience.ms;
  const seconds = steadyBefore.toWholeSeconds();
  await pause(steadyBefore.ms);
  for (;;) {
    const { rate, failed } = steadyRate(run.observer.tries, Date.now() - 1_000, seconds);
    show(run);
    const enough = rate >= leastBookingsPerSecond && failed === 0;
    // A load that is too weak is not the end: the drill goes on, measures, and fails by name.
    if (enough || (Date.now() > until && rate > 0)) return { clients: run.load.guests, bookingsPerSecond: rate };
    if (Date.now() > until) {
      const why = run.observer.tries.at(-1)?.failure ?? 'no booking was tried';
      throw new AgenteError('server-failed', `no booking succeeds before the disaster: ${why}`, 'Run agente-dr local up and look at agente-dr local status.');
    }
    await pause(tickMs);
  }
}

/** The newest booking of the primary must arrive in the standby database, else the drill would measure a broken set-up. */
async function confirmReplication(run: Running, machine: Machine): Promise<void> {
  const newest = run.observer.tries.filter((entry) => entry.site === 'primary').at(-1);
  const access = await siteAccess(machine, 'dr');
  const until = Date.now() + 5_000;
  while (newest !== undefined) {
    const replayed = await referencesInDatabase(access, run.name);
    if (replayed.has(referenceOf(run.name, newest.sequence))) return;
    if (Date.now() > until) break;
    await pause(tickMs);
  }
  throw new AgenteError('server-failed', 'the standby database does not receive the bookings', 'Look at the replication with agente-dr status.');
}

/** The disaster. @returns its instant, and what speaks against it having happened. */
async function strike(run: Running, machine: Machine): Promise<{ faultAt: number; spared: string[] }> {
  const region = machineRegions.primary;
  const { cutLink, spareRegion } = run.options;
  if (cutLink !== null && cutLink.ms > 0) {
    run.options.view.note(`link between the regions cut, ${cutLink.toString()} before the disaster`);
    await regionClient(machine)('global', 'setLink', { a: region, b: machineRegions.dr, up: false });
    await watchFor(run, cutLink.ms, () => false);
  }
  phase(run, 'recover');
  if (spareRegion) {
    const faultAt = Date.now();
    run.observer.faultHappened(faultAt);
    return { faultAt, spared: sparedBy(machine, region) };
  }
  // Guests may have failed three times before the last process is dead; the clock starts with the first kill.
  const { at, killed } = await killRegion(machine, region);
  const faultAt = Date.parse(at);
  run.observer.faultHappened(faultAt);
  run.options.view.note(`${String(killed)} processes of ${region} killed`);
  return { faultAt, spared: sparedBy(machine, region) };
}

interface Outcome {
  readonly clock: Clock;
  readonly steps: ReadonlyMap<string, StepRun>;
  readonly failoverError: string | null;
  readonly peakMemoryMb: number | null;
}

async function recover(run: Running, machine: Machine, faultAt: number): Promise<Outcome> {
  const outage = await watchFor(run, outagePatience.ms, () => run.observer.outageAt !== null);
  const outageAt = run.observer.outageAt;
  if (!outage || outageAt === null) {
    return { clock: { faultAt, outageAt: null, recoveredAt: null }, steps: new Map(), failoverError: null, peakMemoryMb: null };
  }
  run.options.view.step({ id: 'detect', state: 'done', startedAt: faultAt, endedAt: outageAt });
  const env = { ...process.env, ...environment(machine), [machineVariable]: machine.dir };
  const failover = startFailover(env, (step) => {
    run.options.view.step(step);
    if (step.detail !== '') run.options.view.note(`${step.id}: ${step.detail}`);
  });
  run.failover = failover;
  let ended: { code: number | null; message: string } | null = null;
  void failover.ended.then((end) => (ended = end));
  const over = (): boolean => {
    const hopeless = ended !== null && failover.steps.get('redirect')?.state !== 'done';
    return hopeless || (ended !== null && run.observer.recoveredAt(Date.now()) !== null);
  };
  // Twice the bound: long enough to measure by how much it was missed.
  await watchFor(run, 2 * regionLossScenario.local.rto.ms, over);
  const clock = { faultAt, outageAt, recoveredAt: run.observer.recoveredAt(Date.now()) };
  failover.kill();
  const end = await failover.ended;
  const failoverError = end.code === 0 ? null : end.message.trim() || `ended with ${String(end.code)}`;
  return { clock, steps: failover.steps, failoverError, peakMemoryMb: failover.peakMemoryMb() };
}

/** Shows the bookings until the condition holds. @returns whether it held in time. */
async function watchFor(run: Running, patienceMs: number, holds: () => boolean): Promise<boolean> {
  const until = Date.now() + patienceMs;
  for (let tick = 0; !holds(); tick += 1) {
    if (Date.now() > until) return false;
    if (tick % 5 === 0) show(run);
    await pause(tickMs);
    run.options.signal.throwIfAborted();
  }
  return true;
}

function show(run: Running): void {
  run.options.view.rate(run.observer.lastSecond(Date.now()));
}

async function holdingsOf(run: Running, before: StoreAccess): Promise<Holdings> {
  // The promotion may have changed the site's contract (another endpoint); without one the standby's still stands.
  const access = run.machine === null ? before : await siteAccess(run.machine, 'dr').catch(() => before);
  const [postgres, redis] = await Promise.all([
    referencesInDatabase(access, run.name),
    referencesInCache(access, run.name),
  ]);
  return { postgres, redis };
}

function resultOf(
  run: Running,
  load: DrillResult['load'],
  outcome: Outcome,
  holdings: Holdings,
  spared: readonly string[],
): DrillResult {
  // From the file, not from memory: the figures must follow from what is kept as evidence.
  const tries = readLedger(run.files.ledger);
  const { clock, steps, failoverError, peakMemoryMb } = outcome;
  const measured = {
    rto: measuredRto(clock, tries, steps),
    stores: measuredStores(run.name, clock, tries, holdings),
    steps: measuredSteps(clock, steps),
    load,
  };
  const evidence: Evidence = { spared, failoverError, missing: missingAfterRecovery(run.name, tries, holdings) };
  const reasons = reasonsToFail(measured, evidence);
  const now = Date.now();
  return {
    version: 1,
    scenario: regionLossScenario.id,
    target: 'local',
    verdict: reasons.length === 0 ? 'passed' : 'failed',
    reasons,
    startedAt: new Date(run.startedAt).toISOString(),
    faultAt: new Date(clock.faultAt).toISOString(),
    ...measured,
    timeline: measuredTimeline(clock, tries),
    timeScale: run.options.timeScale,
    injected: { linkCutSeconds: run.options.cutLink?.seconds ?? null, regionSpared: run.options.spareRegion },
    phases: run.phases.map(({ id, startedAt, endedAt }, index) => ({
      id,
      title: regionLossPhases.find((plan) => plan.id === id)?.title ?? id,
      seconds: ((index === run.phases.length - 1 ? now : endedAt) - startedAt) / 1_000,
    })),
    peakMemoryMb,
    versions: versions(checkoutRoot()),
  };
}

async function tidyUp(run: Running): Promise<void> {
  await run.load?.stop();
  run.failover?.kill();
  if (run.machine !== null && !(run.options.keep && !run.options.signal.aborted)) await stopMachine(run.machine);
}

function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      reject(new AgenteError('cancelled', 'the drill was cancelled', 'Nothing of it is left; start it again when you like.'));
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject);
  });
}
