import { databaseDatasets, type DatabaseDataset, type Role } from '../recovery/sites';
import type { SiteConfig } from './config';
import type { DatabaseConfig } from './database-config';

/** The instances of a dataset that stood when the stack was deployed last. */
export interface LastInstances {
  readonly dataset: DatabaseDataset;
  readonly generation: number;
  readonly retained: readonly number[];
}

/**
 * What is wrong with the way from the instances that stand to those of the configuration: an instance is
 * never used again, never dropped by being left out, and each new one begins with the data of another.
 *
 * @param was role of the last deployment; where an active site becomes a standby, every instance needs an heir.
 */
export function successionFaults(
  last: readonly LastInstances[],
  config: Pick<SiteConfig, 'role' | 'databases'>,
  was: Role | null,
): string[] {
  return databaseDatasets.flatMap((dataset) => {
    const before = last.find((one) => one.dataset === dataset);
    const wanted = config.databases[dataset];
    return before === undefined
      ? birthFaults(dataset, wanted, config.role)
      : heirFaults(before, wanted, config.role, was);
  });
}

const path = (dataset: DatabaseDataset): string => `agente-dr:databases.${dataset}`;

function birthFaults(dataset: DatabaseDataset, { origin }: DatabaseConfig, role: SiteConfig['role']): string[] {
  if (role !== 'active' || origin !== 'replica') return [];
  return [`${path(dataset)} would begin as a replica in an active site: deploy it as standby, then promote it`];
}

function heirFaults(
  { dataset, generation, retained }: LastInstances,
  wanted: DatabaseConfig,
  role: SiteConfig['role'],
  was: Role | null,
): string[] {
  const used = Math.max(generation, ...retained);
  const heir = wanted.generation !== generation;
  const kept = wanted.retained.find((one) => one.generation === generation);
  const faults: [boolean, string][] = [
    [
      heir && wanted.generation <= used,
      `${path(dataset)}.generation is ${String(wanted.generation)}, and ${String(used)} was used already: take ${String(used + 1)}`,
    ],
    [
      heir && kept === undefined,
      `${path(dataset)}.retained lacks generation ${String(generation)}, which would be deleted: retire it first`,
    ],
    [
      heir && was === 'standby' && kept !== undefined && kept.follows === undefined,
      `${path(dataset)}.retained would promote generation ${String(generation)}: say which one it follows`,
    ],
    [
      heir && wanted.origin === 'own',
      `${path(dataset)} would begin empty as generation ${String(wanted.generation)}: set origin to replica or restoredFrom`,
    ],
    [
      !heir && was === 'active' && role === 'standby',
      `${path(dataset)} stands alone for ever as generation ${String(generation)}: take ${String(used + 1)}`,
    ],
  ];
  return [
    ...faults.flatMap(([found, fact]) => (found ? [fact] : [])),
    ...(heir ? birthFaults(dataset, wanted, role) : []),
  ];
}
