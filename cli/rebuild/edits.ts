import { z } from 'zod';
import { databaseDatasets, roles, siteGeneration, sites, type DatabaseDataset } from '../../recovery/sites';

const generation = z.coerce.number().int().positive();
const instance = { generation, origin: z.unknown(), class: z.string() };
const database = z.looseObject({ ...instance, retained: z.array(z.looseObject(instance)).default([]) });
const each = <T extends z.ZodType>(schema: T) =>
  z.object(Object.fromEntries(databaseDatasets.map((dataset) => [dataset, schema])) as Record<DatabaseDataset, T>);

/** As much of a stack's file as the next generation is made from. */
export const stackSite = z.object({
  site: z.enum(sites),
  /** What the site is, not what is wished for it. */
  role: z.enum(roles),
  databases: each(database),
  peerGenerations: each(generation),
});
export type StackSite = z.infer<typeof stackSite>;

/** What the file of a stack must say for its site to follow the other one. */
export interface Rebuild {
  readonly role: 'standby';
  /** Names the generation that is given up, so that the edit means nothing a second time. */
  readonly demote: string;
  readonly databases: StackSite['databases'];
  readonly peerGenerations: Readonly<Record<DatabaseDataset, number>>;
}

/**
 * The next generation of a site that was active, or of a standby whose replicas are lost: every database
 * anew, as a replica of the one that the other site serves. The instances of before stay untouched, for
 * what was booked there and nowhere else.
 */
export function rebuildEdits(
  { site, role, databases, peerGenerations: followed }: StackSite,
  peerGenerations: Readonly<Record<DatabaseDataset, number>>,
): Rebuild {
  const own = Object.fromEntries(databaseDatasets.map((dataset) => [dataset, databases[dataset].generation]));
  const given = siteGeneration(own as Record<DatabaseDataset, number>);
  const next = databaseDatasets.map((dataset) => {
    const { retained, ...old } = databases[dataset];
    const used = [old, ...retained].map((one) => one.generation);
    const heir = { ...old, generation: Math.max(...used) + 1, origin: 'replica' };
    const kept = role === 'standby' ? { ...old, follows: followed[dataset] } : old;
    return [dataset, { ...heir, retained: [...retained, kept] }];
  });
  return {
    role: 'standby',
    demote: `${site}:${String(given)}`,
    databases: Object.fromEntries(next) as StackSite['databases'],
    peerGenerations,
  };
}
