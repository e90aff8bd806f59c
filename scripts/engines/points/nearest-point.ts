import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { RestoreRequest, Work } from '../engine';

/**
 * The recovery point of a store that knows no log to replay: the newest one that is not after the target.
 * @throws AgenteError restore-target-unreachable with the range, or recovery-point-missing.
 */
export async function nearestPoint({ target, base }: RestoreRequest, work: Work): Promise<Manifest> {
  const { dataset } = work.catalogue;
  if (target.to === 'position') {
    throw unreachable(`${dataset} knows no positions`, 'Name a recovery point or a time.');
  }
  if (base !== null) {
    if (target.to !== 'time' || takenAt(base) <= target.time) return base;
    throw unreachable(`${base.id} is younger than ${target.time.toISOString()}`, 'Name an older recovery point.');
  }
  const { points } = await work.catalogue.list();
  const [newest] = [...points].sort((a, b) => takenAt(b).getTime() - takenAt(a).getTime());
  if (newest === undefined) {
    throw new AgenteError('recovery-point-missing', `${dataset} has no recovery point`, 'Take one first.');
  }
  if (target.to !== 'time') return newest;
  const times = points.map(takenAt).sort((a, b) => a.getTime() - b.getTime());
  const found = points
    .filter((point) => takenAt(point) <= target.time)
    .sort((a, b) => takenAt(b).getTime() - takenAt(a).getTime())
    .at(0);
  if (found !== undefined) return found;
  throw unreachable(
    `${dataset} has no recovery point as old as ${target.time.toISOString()}`,
    `It goes back to ${String(times.at(0)?.toISOString())}, and up to ${String(times.at(-1)?.toISOString())}.`,
  );
}

export const takenAt = (point: Manifest): Date => new Date(point.restorable.to);

function unreachable(fact: string, hint: string): AgenteError {
  return new AgenteError('restore-target-unreachable', fact, hint);
}
