import { setTimeout as pause } from 'node:timers/promises';
import { heartbeatInterval } from '../../recovery/cadence';
import { replayRecord, type HeartbeatRecord } from '../../recovery/control';
import { duration } from '../../recovery/duration';
import { controlKeys } from '../../recovery/sites';
import { raiseEpoch } from '../../scripts/control/epoch';
import { newestBeat } from '../../scripts/control/witnesses';
import { measureLosses, worstOf } from './loss';
import type { Takeover } from './takeover';

/** The only touch of the old region, best effort. */
const revokePatience = duration('60s');

/** Names this site the active one in two of three witnesses. Whoever keeps the other site sees it and fences it. */
export async function fence(takeover: Takeover): Promise<string> {
  const { ground, journal } = takeover;
  const { epoch, incident } = journal.record;
  const regions = await raiseEpoch(ground.witnesses, {
    version: 1,
    epoch,
    activeSite: ground.to,
    generation: takeover.contract.generation,
    incident,
    changedAt: journal.record.startedAt,
  });
  const told = `epoch ${String(epoch)} in ${regions.join(', ')}`;
  return takeover.declaredLost ? `${told}; ${await silenced(takeover)}` : told;
}

/** Waits until the old site says that it has fenced itself, or says nothing for two beats. */
async function silenced(takeover: Takeover): Promise<string> {
  const { ground, signal, view } = takeover;
  const deadline = Date.now() + revokePatience.ms;
  let sequence = -1;
  let changedAt = Date.now();
  view.progress('waiting for the old site to fence itself');
  while (Date.now() < deadline) {
    const readings = await ground.witnesses.heartbeats();
    const beat = newestBeat(readings.filter((one) => one.state === 'value' && one.value.site === ground.from));
    if (beat?.fenced === true) return `the old site has made its database read-only; ${await caughtUp(takeover, beat)}`;
    if (beat !== null && beat.sequence !== sequence) {
      sequence = beat.sequence;
      changedAt = Date.now();
    }
    if (Date.now() - changedAt > heartbeatInterval.times(2).ms) return 'the old site is silent';
    await pause(500, undefined, { signal });
  }
  return 'the old site still beats after 60 s: its guests may book what will be lost';
}

/** A site that fenced itself may still stream its last writes: the loss is what is missing after that. */
async function caughtUp({ contract, ground, journal, signal, view }: Takeover, last: HeartbeatRecord): Promise<string> {
  const datasets = contract.databases.map(({ dataset }) => dataset);
  const deadline = Date.now() + heartbeatInterval.times(2).ms;
  view.progress('waiting for the last writes of the old site');
  for (;;) {
    const reading = await ground.own.read(controlKeys.replay, replayRecord);
    const replay = reading.state === 'value' ? reading.value : null;
    const losses = measureLosses(datasets, last, replay, true);
    const lossSeconds = worstOf(losses);
    if (lossSeconds === 0 || Date.now() > deadline) {
      await journal.change({ lossSeconds });
      return losses.map(({ detail }) => detail).join('; ');
    }
    await pause(500, undefined, { signal });
  }
}
