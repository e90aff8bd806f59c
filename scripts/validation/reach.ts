import { AgenteError } from '../../recovery/errors';
import { tiers } from '../../recovery/tiers';
import { workload, type Workload } from '../../recovery/workload';
import type { Opened } from '../tasks/site';

/**
 * How much would be lost now: what a restore to the newest moment reaches, held against the promise.
 * @returns that moment; null for a dataset without a tier.
 * @throws AgenteError backup-stale when more would be lost than its tier allows.
 */
export async function checkReach({ engine, work, dataset }: Opened, now: Date): Promise<Date | null> {
  const datasets: Workload['datasets'] = workload.datasets;
  const declared = datasets[dataset];
  if (declared === undefined) return null;
  const { reaches } = await engine.planRestore({ target: { to: 'latest' }, base: null, logFolder: null }, work);
  const { rpo } = tiers[declared.tier];
  const lostMs = now.getTime() - reaches.getTime();
  if (lostMs <= rpo.ms) return reaches;
  throw new AgenteError(
    'backup-stale',
    `${dataset} can be restored to ${reaches.toISOString()}, ${String(Math.round(lostMs / 60_000))} min ago; its promise is ${rpo.toString()}`,
    'Look at the archiving of the server and at the last runs of the backup (backup.log).',
  );
}
