import { duration } from '../../recovery/duration';
import { regionLossScenario } from '../../recovery/scenarios/region-loss';
import { environment } from '../../local/env';
import type { Machine } from '../../local/machine';
import { startFailover, type FailoverProcess, type StepRun } from './failover-process';
import type { Clock } from './measure';
import type { Running } from './running';

/** Without three failed bookings in this time there was no disaster. */
const outagePatience = duration('30s');
/** Twice the bound: long enough to measure by how much it was missed. */
const patience = regionLossScenario.local.rto.times(2);

export interface Recovery {
  readonly clock: Clock;
  readonly steps: ReadonlyMap<string, StepRun>;
  /** What the failover said when it did not end well; null when it did, or was never started. */
  readonly failoverError: string | null;
  readonly peakMemoryMb: number | null;
}

/** Waits until guests notice, starts the failover, and waits until guests can book again. */
export async function recover(run: Running, machine: Machine, faultAt: number): Promise<Recovery> {
  await run.watch(outagePatience.ms, () => run.observer.outageAt !== null);
  const outageAt = run.observer.outageAt;
  if (outageAt === null) {
    const clock = { faultAt, outageAt, recoveredAt: null };
    return { clock, steps: new Map(), failoverError: null, peakMemoryMb: null };
  }
  run.options.view.step({ id: 'detect', state: 'done', startedAt: faultAt, endedAt: outageAt });
  const failover = startFailover({ ...process.env, ...environment(machine) }, (step) => {
    run.options.view.step(step);
    if (step.detail !== '') run.note(`${step.id}: ${step.detail}`);
  });
  run.failover = failover;
  const failoverError = await watchFailover(run, failover);
  const clock = { faultAt, outageAt, recoveredAt: run.observer.recoveredAt(Date.now()) };
  return { clock, steps: failover.steps, failoverError, peakMemoryMb: failover.peakMemoryMb() };
}

/** @returns why the failover did not end well, or null. */
async function watchFailover(run: Running, failover: FailoverProcess): Promise<string | null> {
  const state = { ended: false };
  void failover.ended.then(() => (state.ended = true));
  await run.watch(patience.ms, () => {
    if (!state.ended) return false;
    const redirected = failover.steps.get('redirect')?.state === 'done';
    return !redirected || run.observer.recoveredAt(Date.now()) !== null;
  });
  const inTime = state.ended;
  if (!inTime) failover.kill();
  const { code, message } = await failover.ended;
  if (code === 0) return null;
  return message.trim() || (inTime ? `it ended with ${String(code)}` : 'it had not ended in time');
}
