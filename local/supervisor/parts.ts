import { cache } from '../realised/cache';
import { courier } from '../realised/courier';
import { database } from '../realised/database';
import { dns } from '../realised/dns';
import { fileSystems } from '../realised/file-systems';
import { gate } from '../realised/gate';
import { link } from '../realised/link';
import { loadBalancer } from '../realised/load-balancer';
import { objectStore } from '../realised/object-store';
import { registry } from '../realised/registry';
import { replicator } from '../realised/replicator';
import { schedules } from '../realised/schedules';
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
  const [vault, balancer, carrier] = [secrets(context), loadBalancer(context), courier(context)];
  const [images, files] = [registry(context, carrier), fileSystems(context, carrier)];
  const fleet = tasks(context, balancer.targets, { secrets: vault, images, files });
  const clock = schedules(context, fleet.runner);
  return [...store, carrier, vault, images, files, database(context), cache(context), balancer, fleet, clock];
}
