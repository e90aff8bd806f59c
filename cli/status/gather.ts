import { z } from 'zod';
import { parseContract, type Contract } from '../../recovery/contract';
import { journalRecord, replayRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import type { Reading } from '../../scripts/control/control-bucket';
import { agreedRole, newestBeat, valuesOf } from '../../scripts/control/witnesses';
import { groundOf } from '../failover/ground';
import { stackState } from '../pulumi/stack';

/** A reading without its etag, as people and scripts want it. */
function plain<T>(reading: Reading<T>): T | { readonly state: string; readonly reason?: string } {
  if (reading.state === 'value') return reading.value;
  return reading.state === 'absent' ? { state: 'absent' } : { state: 'unreachable', reason: reading.reason };
}

/** What the stack's contract says, or why it cannot be understood: the rest of the status is worth showing then too. */
function deployed(
  reading: Reading<unknown>,
  bucket: string,
): {
  readonly deployed: Contract['role'] | null;
  /** Those with a database, each of which a standby must follow. */
  readonly datasets: readonly string[];
  readonly contractFault: string | null;
} {
  const nothing = { deployed: null, datasets: [], contractFault: null };
  if (reading.state !== 'value') return nothing;
  try {
    const { role, databases } = parseContract(reading.value, bucket);
    return { deployed: role, datasets: databases.map(({ dataset }) => dataset), contractFault: null };
  } catch (error) {
    if (!(error instanceof AgenteError)) throw error;
    return { ...nothing, contractFault: error.message };
  }
}

/** Everything that can be read about who is active, side by side. @throws AgenteError config-invalid. */
export async function gather(stack: string) {
  const ground = groundOf(stack);
  const { witnesses, own, project, config } = ground;
  try {
    const [roles, beats, replays, journal, contract, state] = await Promise.all([
      witnesses.roles(),
      witnesses.heartbeats(),
      witnesses.read(controlKeys.replay, replayRecord),
      own.read(controlKeys.journal, journalRecord),
      own.read(controlKeys.contract, z.unknown()),
      stackState(project, stack).catch(() => null),
    ]);
    const role = agreedRole(roles);
    const standbyReports = valuesOf(replays).filter((replay) => replay.site !== role?.activeSite);
    return {
      stack,
      site: config.site,
      role,
      witnesses: witnesses.buckets.map(({ witness }, index) => ({
        ...witness,
        role: plain(roles[index] ?? { state: 'absent' }),
        heartbeat: plain(beats[index] ?? { state: 'absent' }),
      })),
      heartbeat: newestBeat(beats.filter((beat) => beat.state === 'value' && beat.value.site === role?.activeSite)),
      replay: standbyReports[0] ?? null,
      journal: journal.state === 'value' ? journal.value : null,
      ...deployed(contract, own.witness.bucket),
      configured: config.role,
      inState: state?.role ?? null,
    };
  } finally {
    witnesses.close();
  }
}

export type Gathered = Awaited<ReturnType<typeof gather>>;
