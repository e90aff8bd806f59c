import { contractSchema } from '../../recovery/contract';
import { journalRecord, replayRecord } from '../../recovery/control';
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
      own.read(controlKeys.contract, contractSchema),
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
      deployed: contract.state === 'value' ? contract.value.role : null,
      configured: config.role,
      inState: state?.role ?? null,
    };
  } finally {
    witnesses.close();
  }
}

export type Gathered = Awaited<ReturnType<typeof gather>>;
