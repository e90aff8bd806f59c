import type { Contract } from '../../recovery/contract';
import { journalRecord, type JournalRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import { mayAct } from '../../scripts/control/journal';
import { agreedRole } from '../../scripts/control/witnesses';
import type { Ground } from './ground';

/** @throws AgenteError failover-running while another orchestrator carries this failover out. */
export function refuseWhileRunning({ lease, incident }: JournalRecord): void {
  if (!mayAct(lease, new Date())) return;
  throw new AgenteError(
    'failover-running',
    `process ${String(lease.pid)} on ${lease.host} carries out failover ${incident}; its lease ends at ${lease.expiresAt}`,
    'Watch it with `agente-dr status`. When it has died, run the command again after its lease has ended.',
  );
}

/**
 * A failover towards the other site that is not finished would still move the guests there. One that
 * cannot be read went away with its region; one that is given up by name finds a later epoch.
 * @throws AgenteError failover-running.
 */
export async function refuseWhileOpenThere({ witnesses, from }: Ground, declaredLost: boolean): Promise<void> {
  const reading = await witnesses.buckets[1]?.read(controlKeys.journal, journalRecord);
  if (reading?.state !== 'value' || reading.value.finishedAt !== null) return;
  refuseWhileRunning(reading.value);
  if (declaredLost) return;
  throw new AgenteError(
    'failover-running',
    `failover ${reading.value.incident} towards ${from} is not finished`,
    `Finish it with \`agente-dr failover --stack ${from}\`, or give that site up with --declare-lost INCIDENT.`,
  );
}

/** Whether the witnesses have gone on to another epoch: what is left of this failover may not be done any more. */
export async function isOvertaken({ witnesses }: Ground, { epoch }: JournalRecord): Promise<boolean> {
  return (agreedRole(await witnesses.roles())?.epoch ?? 0) > epoch;
}

/**
 * Primary began with databases of its own: until it is rebuilt, there is nothing to promote there, only
 * what was booked before dr took over.
 * @throws AgenteError role-ratchet.
 */
export function refuseUnlessFollowing({ stack, to, from }: Ground, { role }: Contract): void {
  if (to !== 'primary' || role !== 'active') return;
  throw new AgenteError(
    'role-ratchet',
    `site ${to} does not follow ${from}: its databases stand alone since ${from} took over`,
    `Make it a standby first, with \`agente-dr rebuild --stack ${stack}\`.`,
  );
}
