import * as path from 'node:path';
import { Catalogue } from '../../scripts/catalogue/catalogue';
import { Age } from '../../scripts/encryption/age';
import type { Engine } from '../../scripts/engines/engine';
import { postgresEngine } from '../../scripts/engines/postgres';
import { redisEngine } from '../../scripts/engines/redis/redis';
import { silent } from '../../scripts/progress/progress';
import { datasetSettings, type DatasetSettings } from '../../scripts/settings/datasets';
import { FolderVault } from '../../scripts/vault/folder-vault';

/** Backs up or restores in a process of its own, so that this process can be killed. */
const [task = '', root = '', settings = '', recipients = '', folder = ''] = process.argv.slice(2);
const dataset = datasetSettings.parse(JSON.parse(settings));
const vault = new FolderVault(path.join(root, 'vault'));
const work = {
  vault,
  catalogue: new Catalogue(vault, dataset.engine),
  lineage: 'test-g1',
  encryption: new Age(recipients.split(','), path.join(root, 'online.key')),
  progress: silent,
  signal: new AbortController().signal,
  folder: path.join(root, 'work'),
  now: () => new Date(),
};
const engine = engineOf(dataset);

function engineOf(settings: DatasetSettings): Engine {
  if (settings.engine === 'postgres') return postgresEngine(settings);
  if (settings.engine === 'redis') return redisEngine(settings);
  throw new Error(`no test kills a run of ${settings.engine}`);
}

async function main(): Promise<void> {
  process.send?.('begun');
  if (task === 'restore') {
    const plan = await engine.planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, work);
    await engine.restore(plan, folder, work);
  } else {
    await engine.backUp(`20261128T000002Z-${task}-0000`, task === 'full' ? 'full' : 'incremental', work);
  }
  process.send?.('ended');
}

void main();
