import type { RoleRecord } from '../../recovery/control';
import { controlKeys, type Site } from '../../recovery/sites';
import { agreedRole, majority, type Witnesses } from '../control/witnesses';

/**
 * The role that two of three witnesses agree on. Where no two know of any role yet, the site whose
 * database takes writes becomes the first active one, with epoch 1.
 * @returns null when there is no agreement, or too few witnesses answer.
 */
export async function settleRole(
  witnesses: Witnesses,
  site: Site,
  generation: number,
  mayClaim: boolean,
): Promise<RoleRecord | null> {
  const readings = await witnesses.roles();
  const agreed = agreedRole(readings);
  const absent = readings.filter((reading) => reading.state === 'absent').length;
  if (agreed !== null || absent < majority || !mayClaim) return agreed;
  const first: RoleRecord = {
    version: 1,
    epoch: 1,
    activeSite: site,
    generation,
    incident: null,
    changedAt: new Date().toISOString(),
  };
  await Promise.allSettled(witnesses.buckets.map((bucket) => bucket.write(controlKeys.role, first, 'absent')));
  return agreedRole(await witnesses.roles());
}
