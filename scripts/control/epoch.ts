import type { RoleRecord } from '../../recovery/control';
import { roleRecord } from '../../recovery/control';
import { AgenteError } from '../../recovery/errors';
import { controlKeys } from '../../recovery/sites';
import type { Condition, ControlBucket, Reading } from './control-bucket';
import { majority, reachable, valuesOf, type Witnesses } from './witnesses';

/** Attempts per witness: each lost race is a write of somebody else, and an epoch only grows. */
const attempts = 4;

type Outcome = 'written' | 'moved' | 'unreachable';

/** The epoch that a new incident may claim: one more than any witness has seen. */
export function nextEpoch(readings: readonly Reading<RoleRecord>[]): number {
  return Math.max(0, ...valuesOf(readings).map((record) => record.epoch)) + 1;
}

function isOurs(found: RoleRecord, wanted: RoleRecord): boolean {
  return found.epoch === wanted.epoch && found.incident === wanted.incident && found.activeSite === wanted.activeSite;
}

async function raiseIn(bucket: ControlBucket, wanted: RoleRecord): Promise<Outcome> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const reading = await bucket.read(controlKeys.role, roleRecord);
    if (reading.state === 'unreachable') return 'unreachable';
    if (reading.state === 'value' && isOurs(reading.value, wanted)) return 'written';
    if (reading.state === 'value' && reading.value.epoch >= wanted.epoch) return 'moved';
    const condition: Condition = reading.state === 'absent' ? 'absent' : { over: reading.etag };
    try {
      if ((await bucket.write(controlKeys.role, wanted, condition)) !== null) return 'written';
    } catch (error) {
      if (error instanceof AgenteError) return 'unreachable';
      throw error;
    }
  }
  return 'moved';
}

/**
 * Makes a site the active one by writing its record into two of three witnesses, each only over what
 * was read there. A second run with the same incident finds its own records and succeeds.
 *
 * @returns regions of the witnesses that name the record now.
 * @throws AgenteError epoch-moved when another incident holds the epoch, store-unreachable when fewer
 * than two witnesses answer.
 */
export async function raiseEpoch(witnesses: Witnesses, wanted: RoleRecord): Promise<readonly string[]> {
  const before = await witnesses.roles();
  if (reachable(before) < majority) {
    throw new AgenteError(
      'store-unreachable',
      `${String(reachable(before))} of 3 witnesses answer, and the epoch is raised in two`,
      'Restore the way to one more control bucket; nothing has been changed.',
    );
  }
  const answering = witnesses.buckets.filter((_bucket, index) => before[index]?.state !== 'unreachable');
  // All rivals take the witnesses in one order, so that one of them has two when only two answer.
  const ordered = [...answering].sort((a, b) => (a.witness.bucket < b.witness.bucket ? -1 : 1));
  const outcomes: Outcome[] = [];
  for (const bucket of ordered) {
    outcomes.push(await raiseIn(bucket, wanted));
    if (outcomes[0] === 'moved' && answering.length === majority) break;
  }
  const written = ordered.filter((_bucket, index) => outcomes[index] === 'written');
  if (written.length >= majority) return written.map((bucket) => bucket.witness.region);
  throw lost(outcomes, wanted);
}

function lost(outcomes: readonly Outcome[], wanted: RoleRecord): AgenteError {
  if (!outcomes.includes('moved')) {
    return new AgenteError(
      'store-unreachable',
      `epoch ${String(wanted.epoch)} could be written to ${String(outcomes.filter((o) => o === 'written').length)} of 3 witnesses`,
      'Restore the way to one more control bucket and run the command again; it goes on with the same epoch.',
    );
  }
  return new AgenteError(
    'epoch-moved',
    `somebody else has claimed epoch ${String(wanted.epoch)} or a later one`,
    'Run `agente-dr status` to see who, and agree on one before going on.',
  );
}
