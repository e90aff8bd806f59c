import { cache } from '../realised/cache';
import { database } from '../realised/database';
import { dns } from '../realised/dns';
import { gate } from '../realised/gate';
import { link } from '../realised/link';
import { loadBalancer } from '../realised/load-balancer';
import { objectStore } from '../realised/object-store';
import { replicator } from '../realised/replicator';
import { secrets } from '../realised/secrets';
import { tasks } from '../realised/tasks';
import { machineRegions } from '../machine';
import type { Part, RegionContext } from './part';

/** A part whatever calls it answers. */
export type AnyPart = Pick<Part<never>, 'start' | 'status' | 'stop'> & {
  readonly calls: Readonly<Record<string, (params: never) => Promise<unknown>>>;
};

/** What stands in a region, in the order of starting: the store early, because all others may use it. */
export function partsOf(context: RegionContext): AnyPart[] {
  if (context.region === 'global') return [link(context), gate(context), dns(context)];
  // The ears before the mouth: the store ends when nobody hears its events.
  const copier = replicator(context);
  const store = [copier, objectStore(context, copier.hintUrl), gate(context)];
  // The witness holds a vote, not a hotel.
  if (context.region === machineRegions.witness) return store;
  const [vault, balancer] = [secrets(context), loadBalancer(context)];
  return [...store, vault, database(context), cache(context), balancer, tasks(context, balancer.targets, vault)];
}
