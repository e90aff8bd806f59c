import { z } from 'zod';
import { databaseDatasets, type DatabaseDataset } from '../recovery/sites';

const count = z.int().positive();

/**
 * How an instance came to be; it decides what RDS lets be said about it, for its whole life.
 * `own`: made empty. `replica`: made by streaming from the other site, also after its promotion.
 * `restoredFrom`: made by point-in-time recovery from an older generation of this site, or from the
 * backups that were copied here from a database of the other one, by their ARN.
 */
const origin = z.union(
  [
    z.enum(['own', 'replica']),
    z.strictObject({
      restoredFrom: z.union([count, z.string().regex(/^arn:aws:rds:[^:]+:\d{12}:auto-backup:ab-[a-z0-9]+$/)], {
        error: 'a generation, or the ARN of copied backups (arn:aws:rds:REGION:ACCOUNT:auto-backup:ab-…)',
      }),
      // Without an offset the instant would mean another one on another machine; RDS knows whole seconds.
      at: z.iso.datetime({ offset: true, precision: 0, error: 'an instant with its offset, in whole seconds' }),
    }),
  ],
  { error: 'own, replica, or restoredFrom (a generation or copied backups) with at (an instant)' },
);

const instance = {
  /** @recovery counts up with every new instance; never used again */
  generation: count,
  origin,
  class: z.string().startsWith('db.'),
};

/** An instance that serves nobody any more, and stays as it is until it is retired. */
const retained = z.strictObject({
  ...instance,
  /** Generation of the other site's database that a replica still follows; absent where it stands alone. */
  follows: count.optional(),
});

const database = z.strictObject({ ...instance, retained: z.array(retained).default([]) });

export type DatabaseConfig = z.infer<typeof database>;
export type RetainedConfig = z.infer<typeof retained>;

const each = <T extends z.ZodType>(schema: T) => {
  const shape = Object.fromEntries(databaseDatasets.map((dataset) => [dataset, schema]));
  return z.strictObject(shape as Readonly<Record<DatabaseDataset, T>>);
};

export const databaseConfigs = each(database);
export const peerGenerations = each(count);

/** Generation of each database of a site. */
export function generationsOf(
  databases: Readonly<Record<DatabaseDataset, Pick<DatabaseConfig, 'generation'>>>,
): Record<DatabaseDataset, number> {
  const pairs = databaseDatasets.map((dataset) => [dataset, databases[dataset].generation]);
  return Object.fromEntries(pairs) as Record<DatabaseDataset, number>;
}

/** What each database's keys allow and all together do not. */
export function databaseFaults(
  config: Readonly<{
    site: string;
    role: string;
    region: string;
    databases: Readonly<Record<DatabaseDataset, DatabaseConfig>>;
  }>,
): string[] {
  return databaseDatasets.flatMap((dataset) => {
    const current = config.databases[dataset];
    const path = `agente-dr:databases.${dataset}`;
    const all = [current, ...current.retained];
    const faults: [boolean, string][] = [
      [
        config.role === 'standby' && current.origin !== 'replica',
        `agente-dr:role is standby, and ${path}.origin is not replica: a standby's database is a replica`,
      ],
      [
        config.site === 'dr' && all.some(({ origin: from }) => from === 'own'),
        `${path}.origin is own: dr owns no database password, its databases begin as replicas`,
      ],
      [
        current.retained.some(({ generation }) => generation >= current.generation),
        `${path}.retained names a generation that is not older than ${String(current.generation)}`,
      ],
      [new Set(all.map(({ generation }) => generation)).size < all.length, `${path}.retained names a generation twice`],
      [
        all.some(
          ({ generation, origin: from }) =>
            typeof from === 'object' && typeof from.restoredFrom === 'number' && from.restoredFrom >= generation,
        ),
        `${path}.origin is restored from a generation that is not older`,
      ],
      [
        all.some(
          ({ origin: from }) =>
            typeof from === 'object' &&
            typeof from.restoredFrom === 'string' &&
            !from.restoredFrom.startsWith(`arn:aws:rds:${config.region}:`),
        ),
        `${path}.origin is restored from copied backups that are not in ${config.region}`,
      ],
      [
        current.retained.some(({ origin: from, follows }) => follows !== undefined && from !== 'replica'),
        `${path}.retained says that a database follows which is no replica`,
      ],
    ];
    return faults.flatMap(([found, fact]) => (found ? [fact] : []));
  });
}
