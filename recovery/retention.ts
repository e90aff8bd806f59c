import { Duration } from './duration';
import { backupOf, type Backup } from './protection';
import { workload, type Workload } from './workload';

/** What lies under a prefix of the vault, and for how long. Under it come the generation and the series. */
export interface Retention {
  readonly prefix: string;
  readonly keep: Duration;
}

/** Lifetimes in the vault: what a job writes there is kept as long as the longest series of its dataset. */
export const vaultRetention: readonly Retention[] = retentionOf(workload);

function retentionOf({ datasets }: Workload): Retention[] {
  return Object.entries(datasets).flatMap(([name, { protection, also }]) => {
    const kept = [backupOf(protection), ...also].flatMap(keptByJob);
    return kept.length === 0 ? [] : [{ prefix: `${name}/`, keep: kept.reduce((a, b) => Duration.longer(a, b)) }];
  });
}

function keptByJob(backup: Backup): Duration[] {
  if (backup.kind === 'versioned') return [];
  const off = backup.offSite === null ? [] : [backup.offSite.keep];
  if (backup.kind === 'snapshot') return 'job' in backup.taken ? [backup.keep, ...off] : [];
  const shippedByJob = backup.shipped !== 'when-full' && 'job' in backup.shipped;
  return [...(shippedByJob ? [backup.window, ...off] : []), ...keptByJob(backup.base)];
}
