import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Age } from '../encryption/age';
import { Catalogue } from '../catalogue/catalogue';
import type { Engine, Work } from '../engines/engine';
import { engineOf } from '../engines/engines';
import { giveToServerUser } from '../programs/server-programs';
import type { Progress } from '../progress/progress';
import { datasetIn, type Settings } from '../settings/settings';
import { openVault } from '../vault/open-vault';

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
  const folder = await fs.mkdtemp(path.join(settings.scratch, 'agente-dr-'));
  // Throw-away servers run in it, and servers refuse root.
  giveToServerUser(folder);
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
