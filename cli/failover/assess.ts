import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { heartbeatInterval } from '../../recovery/cadence';
import type { Contract } from '../../recovery/contract';
import { replayRecord, type HeartbeatRecord, type ReplayRecord, type RoleRecord } from '../../recovery/control';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import type { Reading } from '../../scripts/control/control-bucket';
import { newestBeat, reachable, valuesOf, majority } from '../../scripts/control/witnesses';
import type { Ground } from './ground';
import { measureLosses, type Loss } from './loss';
import { refuseUnlessFollowing, refuseWhileOpenThere } from './rivals';

/** Longest age of a heartbeat that may still be followed by the next one. */
const silence = heartbeatInterval.plus(duration('2s'));
const reportPatience = heartbeatInterval.plus(duration('2s'));
const pollMs = 400;
const probes = 3;
const probePause = duration('700ms');

export interface Assessment {
  readonly roles: readonly Reading<RoleRecord>[];
  /** One for each database of the site that takes over. */
  readonly losses: readonly Loss[];
  /** How the site that serves still gives signs of life; null when it is silent. */
  readonly signOfLife: string | null;
}

const ready = z.object({ status: z.literal('ready'), site: z.string().optional() });

/** Asks the public name three times. @returns how the other site answered, or null. */
async function probe(ground: Ground, contract: Contract, signal: AbortSignal): Promise<string | null> {
  const { names, door, config, to } = ground;
  const path = contract.service?.healthPath ?? '/health/ready';
  for (let attempt = 0; attempt < probes; attempt += 1) {
    if (attempt > 0) await pause(probePause.ms, undefined, { signal });
    for (const address of await names.addresses(config.domain)) {
      const reply = await door.ask({ address, method: 'GET', path, patience: duration('1500ms') }).catch(() => null);
      const answer = reply?.status === 200 ? ready.safeParse(reply.body) : null;
      if (answer?.success === true && answer.data.site !== to)
        return `https://${config.domain}:${String(config.listenerPort)}${path} answers ready`;
    }
  }
  return null;
}

/** Waits until the newest beat is too old to be followed by another. @returns it, and whether a newer one came. */
async function listen(
  { witnesses, from }: Ground,
  signal: AbortSignal,
): Promise<{ beat: HeartbeatRecord | null; beats: boolean }> {
  const first = newestBeat(ofSite(await witnesses.heartbeats(), from));
  for (;;) {
    const newest = newestBeat(ofSite(await witnesses.heartbeats(), from)) ?? first;
    // A fenced site reports itself, but it does not write any more.
    if (newest === null || newest.fenced) return { beat: newest, beats: false };
    if (first !== null && newest.sequence !== first.sequence) return { beat: newest, beats: true };
    const age = Date.now() - Date.parse(newest.at);
    if (age > silence.ms) return { beat: newest, beats: false };
    await pause(Math.min(pollMs, silence.ms - age + 1), undefined, { signal });
  }
}

function ofSite(readings: readonly Reading<HeartbeatRecord>[], site: string): Reading<HeartbeatRecord>[] {
  return readings.filter((reading) => reading.state === 'value' && reading.value.site === site);
}

/** What the standby has replayed, in a report from after now if one comes in time. */
async function replayed(
  { own }: Ground,
  signal: AbortSignal,
): Promise<{ replay: ReplayRecord | null; fresh: boolean }> {
  const deadline = Date.now() + reportPatience.ms;
  const first = await own.read(controlKeys.replay, replayRecord);
  const before = first.state === 'value' ? first.etag : '';
  for (let latest = first; ; latest = await own.read(controlKeys.replay, replayRecord)) {
    const replay = latest.state === 'value' ? latest.value : null;
    if (latest.state === 'value' && latest.etag !== before) return { replay, fresh: true };
    if (Date.now() > deadline) return { replay, fresh: false };
    await pause(pollMs, undefined, { signal });
  }
}

/**
 * Reads what there is to know before anything is changed. The looks go side by side, because the
 * longest of them is a wait.
 * @throws AgenteError store-unreachable, failover-running, already-active, role-ratchet, primary-answers.
 */
export async function assess(
  ground: Ground,
  contract: Contract,
  declaredLost: boolean,
  signal: AbortSignal,
): Promise<Assessment> {
  const [roles] = await Promise.all([ground.witnesses.roles(), refuseWhileOpenThere(ground, declaredLost)]);
  if (reachable(roles) < majority) {
    throw new AgenteError(
      'store-unreachable',
      `${String(reachable(roles))} of 3 control buckets answer: ${unreachableReasons(roles)}`,
      'Two are needed. Check the credentials and the way to the regions.',
    );
  }
  refuseWhenActive(ground, contract, roles);
  refuseUnlessFollowing(ground, contract);
  const answering = probe(ground, contract, signal).then((sign) => {
    if (sign !== null && !declaredLost) throw primaryAnswers(ground.from, sign);
    return sign;
  });
  const [sign, heard, { replay, fresh }] = await Promise.all([
    answering,
    listen(ground, signal),
    replayed(ground, signal),
  ]);
  const signOfLife = sign ?? (heard.beats ? `its keeper beats (${heard.beat?.at ?? ''})` : null);
  if (signOfLife !== null && !declaredLost) throw primaryAnswers(ground.from, signOfLife);
  const datasets = contract.databases.map(({ dataset }) => dataset);
  return { roles, losses: measureLosses(datasets, heard.beat, replay, fresh), signOfLife };
}

function refuseWhenActive(ground: Ground, contract: Contract, roles: readonly Reading<RoleRecord>[]): void {
  const newest = valuesOf(roles).reduce((epoch, role) => Math.max(epoch, role.epoch), 0);
  const agree = valuesOf(roles).filter((role) => role.epoch === newest && role.activeSite === ground.to);
  if (contract.role !== 'active' || agree.length < majority) return;
  throw new AgenteError(
    'already-active',
    `site ${ground.to} is active already, with epoch ${String(newest)}`,
    'There is nothing to do; `agente-dr status` shows the details.',
  );
}

function primaryAnswers(site: string, sign: string): AgenteError {
  return new AgenteError(
    'primary-answers',
    `site ${site} is not lost: ${sign}`,
    'If it must be given up nevertheless, run again with --declare-lost INCIDENT; it is fenced first.',
  );
}

function unreachableReasons(readings: readonly Reading<unknown>[]): string {
  const reasons = readings.flatMap((reading) => (reading.state === 'unreachable' ? [reading.reason] : []));
  return [...new Set(reasons)].join('; ');
}
