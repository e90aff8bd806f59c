import { AgenteError } from '../../recovery/errors';
import { Catalogue, type Listing } from '../catalogue/catalogue';
import type { Census } from '../catalogue/census';
import type { Manifest } from '../catalogue/manifest';
import { validationSchema, type Validation } from '../catalogue/validation';
import { datasetIn, type Settings } from '../settings/settings';
import { keysOf } from '../vault/keys';
import { openVault } from '../vault/open-vault';
import { withDataset, type Conditions } from './site';

/** The points of one dataset, or of all. */
export async function listPoints(settings: Settings, dataset: string | null): Promise<Listing[]> {
  if (dataset !== null) datasetIn(settings, dataset);
  const vault = openVault(settings.vault);
  try {
    const names = dataset === null ? Object.keys(settings.datasets) : [dataset];
    return await Promise.all(names.map((name) => new Catalogue(vault, name).list()));
  } finally {
    vault.close();
  }
}

export interface ShownPoint {
  readonly manifest: Manifest;
  readonly census: Census | null;
  readonly validations: readonly Validation[];
}

/** @throws AgenteError recovery-point-missing. */
export async function showPoint(settings: Settings, dataset: string, id: string): Promise<ShownPoint> {
  datasetIn(settings, dataset);
  const vault = openVault(settings.vault);
  try {
    const catalogue = new Catalogue(vault, dataset);
    const manifest = await catalogue.find(id);
    const validations: Validation[] = [];
    for (const { key } of await vault.list(keysOf(dataset, manifest.lineage).validations(id))) {
      const record = await vault.readRecord(key);
      if (record !== null) validations.push(validationSchema.parse(JSON.parse(record.text)));
    }
    return { manifest, census: await catalogue.census(manifest), validations };
  } finally {
    vault.close();
  }
}

/**
 * Looks at the stored bytes of one point, or of all.
 * @returns the ids of those that are as they were written.
 * @throws AgenteError backup-damaged naming every damaged thing.
 */
export async function verifyPoints(
  settings: Settings,
  dataset: string,
  id: string | null,
  conditions: Conditions,
): Promise<string[]> {
  return withDataset(settings, dataset, conditions, async ({ engine, work }) => {
    const { points, unreadable } = await work.catalogue.list();
    const chosen = id === null ? points : [await work.catalogue.find(id)];
    const facts = id === null ? unreadable.map(({ key, fact }) => `${key}: ${fact}`) : [];
    const good: string[] = [];
    for (const point of chosen) {
      const damage = await engine.verify(point, work);
      if (damage.length === 0) good.push(point.id);
      facts.push(...damage.map(({ what, fact }) => `${point.id}: ${what}: ${fact}`));
    }
    if (facts.length === 0) return good;
    const hint = 'Keep it as evidence, take a new backup now, and restore from a point that is good.';
    throw new AgenteError('backup-damaged', [...new Set(facts)].join('\n'), hint);
  });
}
