import * as fs from 'node:fs/promises';
import { Age } from '../encryption/age';
import { Catalogue } from '../catalogue/catalogue';
import type { Engine, Work } from '../engines/engine';
import { engineOf } from '../engines/engines';
import type { Progress } from '../progress/progress';
import { datasetIn, type Settings } from '../settings/settings';
import { openVault } from '../vault/open-vault';
import { makePrivateFolder } from './private-folder';

/** One dataset, ready to be worked on. */
export interface Opened {
  readonly dataset: string;
  readonly engine: Engine;
  readonly work: Work;
}

export interface Conditions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Does something with a dataset; the private folder goes when it is over, however it ends. */
export async function withDataset<T>(
  settings: Settings,
  dataset: string,
  { progress, signal }: Conditions,
  task: (opened: Opened) => Promise<T>,
): Promise<T> {
  const engine = await engineOf(datasetIn(settings, dataset));
  const vault = openVault(settings.vault);
  const folder = await makePrivateFolder(settings.scratch);
  try {
    const work: Work = {
      vault,
      catalogue: new Catalogue(vault, dataset),
      lineage: settings.lineages(dataset),
      encryption: new Age(settings.recipients, settings.identity),
      progress,
      signal,
      folder,
      now: () => new Date(),
    };
    return await task({ dataset, engine, work });
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
    vault.close();
  }
}
