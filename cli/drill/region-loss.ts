import * as fs from 'node:fs';
import { AgenteError } from '../../recovery/errors';
import type { Beat } from '../../recovery/control';
import type { DrillResult } from '../../recovery/drill-result';
import { duration } from '../../recovery/duration';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { stopMachine } from '../../local/up';
import type { Machine } from '../../local/machine';
import { checkoutRoot } from '../../scripts/checkout';
import { readLedger } from './ledger';
import {
  measuredRto,
  measuredSteps,
  measuredStores,
  measuredTimeline,
  missingAfterRecovery,
  type Holdings,
  type Measured,
} from './measure';
import { beatLoss, heldBeat } from './pms-loss';
import { recover, type Recovery } from './recover';
import { saveReport } from './report';
import { resultFiles, saveResult } from './results';
import { Running, type RegionLossOptions } from './running';
import { siteAccess } from './site-access';
import { standUp } from './stand-up';
import { referencesInCache, referencesInDatabase } from './stores';
import { strike } from './strike';
import { reasonsToFail } from './verdict';
import { versions } from './versions';
import type { PhasePlan } from './view';
import { confirmReplication, warmUp } from './warm-up';

/** The phases of the drill, with what they took on two cores. */
export const regionLossPhases: readonly PhasePlan[] = [
  { id: 'machine', title: 'Start two regions and a witness', expected: duration('5s') },
  { id: 'deploy', title: 'Bring both sites up (pulumi up)', expected: duration('60s') },
  { id: 'warm-up', title: 'Guests book', expected: duration('25s') },
  { id: 'recover', title: 'The primary region is lost: fail over', expected: duration('130s') },
  { id: 'measure', title: 'Count what was lost', expected: duration('5s') },
];

/** Name of the machine of a drill, which is also the prefix of its bookings. @param startedAt Unix ms */
export function machineNameOf(startedAt: number): string {
  return `drill-${startedAt.toString(36)}`;
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
  const run = new Running(machineNameOf(startedAt), options, files, startedAt);
  try {
    const result = await abortable(options.signal, procedure(run));
    saveResult(files.json, result);
    saveReport(files.html, result, options.results);
    return result;
  } catch (error) {
    // Without a result its ledger is evidence of nothing.
    fs.rmSync(files.ledger, { force: true });
    throw error;
  } finally {
    options.view.end();
    await tidyUp(run);
  }
}

async function procedure(run: Running): Promise<DrillResult> {
  const machine = await standUp(run);
  run.begin('warm-up');
  const load = await warmUp(run, machine);
  await confirmReplication(run, machine);
  const { faultAt, spared, pms } = await strike(run, machine);
  const recovery = await recover(run, machine, faultAt);
  run.begin('measure');
  await run.load?.stop();
  const doubts = [...spared, ...(recovery.clock.outageAt === null ? ['no three bookings in a row failed'] : [])];
  const found = doubts.length > 0 ? { holdings: {}, beats: {} } : await look(run, machine, pms, faultAt);
  run.closePhase();
  return resultOf(run, load, recovery, { ...found, doubts });
}

/**
 * What the stores of the recovered site hold; one that cannot be read is left out, and fails the drill by name. The
 * guests book no room in the PMS itself: what that has lost is told by the keeper's beats.
 */
async function look(run: Running, machine: Machine, pms: Beat | null, faultAt: number): Promise<Omit<Found, 'doubts'>> {
  const access = await siteAccess(machine, 'dr');
  const read = async <T>(store: string, held: Promise<T>): Promise<[string, T][]> => {
    try {
      return [[store, await held]];
    } catch (error) {
      run.note(
        `${store} of the recovered site cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
      return [];
    }
  };
  const [references, beats] = await Promise.all([
    Promise.all([
      read('postgres', referencesInDatabase(access, run.name)),
      read('redis', referencesInCache(access, run.name)),
    ]),
    pms === null
      ? []
      : read(
          'pms',
          heldBeat(access).then((held) => beatLoss(pms, held, faultAt)),
        ),
  ]);
  return { holdings: Object.fromEntries(references.flat()), beats: Object.fromEntries(beats) };
}

interface Found {
  readonly holdings: Holdings;
  readonly beats: Measured;
  /** What speaks against the disaster having happened. */
  readonly doubts: readonly string[];
}

function resultOf(
  run: Running,
  load: DrillResult['load'],
  recovery: Recovery,
  { holdings, beats, doubts }: Found,
): DrillResult {
  // From the file, not from memory: the figures must follow from what is kept as evidence.
  const tries = readLedger(run.files.ledger);
  const { clock, steps, failoverError, peakMemoryMb } = recovery;
  const measured = {
    rto: measuredRto(clock, tries, steps),
    stores: measuredStores(run.name, clock, tries, holdings, beats),
    steps: measuredSteps(clock, steps),
    load,
  };
  const reasons = reasonsToFail(measured, {
    spared: doubts,
    failoverError,
    missing: missingAfterRecovery(run.name, tries, holdings),
  });
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
    phases: phasesOf(run),
    peakMemoryMb,
    versions: versions(checkoutRoot()),
  };
}

function phasesOf(run: Running): DrillResult['phases'] {
  return run.phases.map(({ id, startedAt, endedAt }) => ({
    id,
    title: regionLossPhases.find((plan) => plan.id === id)?.title ?? id,
    seconds: ((endedAt ?? startedAt) - startedAt) / 1_000,
  }));
}

async function tidyUp(run: Running): Promise<void> {
  await run.load?.stop();
  run.failover?.kill();
  const keep = run.options.keep && !run.options.signal.aborted;
  if (run.machine !== null && !keep) await stopMachine(run.machine);
}

/** The work, or `cancelled` as soon as the signal says so; the work itself ends with what it waits for. */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => {
      reject(
        new AgenteError('cancelled', 'the drill was cancelled', 'Nothing of it is left; start it again when you like.'),
      );
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    work.then(resolve, reject);
  });
}
