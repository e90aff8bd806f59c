import type { Realisation, Realisations } from '../realisation';
import { balancing } from './balancing';
import { buckets } from './buckets';
import { caches } from './caches';
import { databases } from './databases';
import { dns } from './dns';
import { files } from './files';
import { recorded } from './recorded';
import { registry } from './registry';
import { schedules } from './schedules';
import { secrets } from './secrets';
import { tasks } from './tasks';

export const realisations: Realisations = {
  ...recorded,
  ...databases,
  ...caches,
  ...buckets,
  ...secrets,
  ...tasks,
  ...schedules,
  ...files,
  ...registry,
  ...balancing,
  ...dns,
};

/** @throws Error that names the type when regions on this machine do not know it. */
export function realisationOf(type: string): Realisation {
  const found = realisations[type];
  if (found === undefined) throw new Error(`regions on this machine do not know the type ${type}`);
  return found;
}
