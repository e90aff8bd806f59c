import { setTimeout as pause } from 'node:timers/promises';
import { agedDatasets, ageMetrics, type AgeMetric } from '../../recovery/ages';
import { ageInterval } from '../../recovery/cadence';
import type { Contract } from '../../recovery/contract';
import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { NewestArtefacts, type Looking } from '../catalogue/newest-artefacts';
import { recordLimits } from '../control/store';
import { S3Vault } from '../vault/s3-vault';
import type { Vault } from '../vault/vault';
import { ageLine, type Ages } from './age-line';
import { log, type ChangeLog } from './log';

/** A look is over before the next one is due. */
const patience = duration('40s');

/** Only names and small records are asked for: who answers none of them in seconds is away. */
const siteVault = ({ vault: { bucket }, region }: Contract): Vault =>
  new S3Vault({ bucket, region, endpoint: null }, recordLimits);

/**
 * Says once a minute how old the newest recovery points and validations of the site are, as they lie in its
 * vault. What has none says nothing, and silence raises the alarm; the log names it once.
 */
export class AgeWatch {
  private contract: Contract | null = null;
  private vault: { readonly bucket: string; readonly open: Vault } | null = null;
  /** By dataset, of its present lineage. */
  private readonly artefacts = new Map<string, { readonly lineage: string; readonly newest: NewestArtefacts }>();

  /** @param readContract says where the vault is, and which histories are the site's own. */
  constructor(
    private readonly readContract: () => Promise<Contract>,
    private readonly changes: ChangeLog,
    private readonly openVault: (contract: Contract) => Vault = siteVault,
  ) {}

  /** Runs until stopped. Whatever is away, it goes on; who stops it need not wait for it. */
  async run(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await this.look(stopped);
      // On the minute, so that each period of an alarm has its figure.
      const left = ageInterval.ms - (Date.now() % ageInterval.ms);
      await pause(left, undefined, { signal: stopped }).catch(() => undefined);
    }
    this.vault?.open.close();
  }

  /** One look at every dataset. Never throws. */
  async look(stopped: AbortSignal): Promise<void> {
    const late = AbortSignal.timeout(patience.ms);
    const goOn = (): void => {
      stopped.throwIfAborted();
      late.throwIfAborted();
    };
    try {
      await this.learnContract();
      if (this.contract !== null) await this.sayAges(this.contract, { goOn, unreadable });
      this.changes.note('vault', null);
    } catch (error) {
      if (!stopped.aborted) this.changes.note('vault', error);
    }
  }

  /** Read each time: a recovery begins another history. While it is away, the last one holds. */
  private async learnContract(): Promise<void> {
    try {
      this.contract = await this.readContract();
      this.changes.note('contract', null);
    } catch (error) {
      this.changes.note('contract', error);
    }
  }

  private async sayAges(contract: Contract, looking: Looking): Promise<void> {
    const vault = this.vaultOf(contract);
    const refused: AgenteError[] = [];
    for (const [dataset, metrics] of agedDatasets) {
      try {
        const ages = await this.agesOf(vault, contract, { dataset, metrics, looking });
        if (Object.keys(ages).length > 0) log('ages', ageLine(dataset, ages, new Date()));
      } catch (error) {
        // Who is away is away for all of them; what is refused for one may be there for the next.
        if (!(error instanceof AgenteError) || error.code === 'store-unreachable') throw error;
        refused.push(error);
      }
    }
    if (refused[0] !== undefined) throw refused[0];
  }

  private async agesOf(
    vault: Vault,
    { vault: { lineages } }: Contract,
    { dataset, metrics, looking }: { dataset: string; metrics: readonly AgeMetric[]; looking: Looking },
  ): Promise<Ages> {
    const lineage = lineages[dataset];
    const ages: Partial<Record<AgeMetric, number>> = {};
    for (const metric of metrics) {
      const at = lineage === undefined ? null : await this.newestOf(dataset, lineage)[reading[metric]](vault, looking);
      const nothing = at === null ? new Error(`nothing in ${lineage ?? 'the contract'}`) : null;
      this.changes.note(`${ageMetrics.names[metric]} of ${dataset}`, nothing);
      // A clock that is a little behind its vault's measures no age below nothing.
      if (at !== null) ages[metric] = Math.max(0, Math.round((Date.now() - at) / 1_000));
    }
    return ages;
  }

  private newestOf(dataset: string, lineage: string): NewestArtefacts {
    const known = this.artefacts.get(dataset);
    if (known?.lineage === lineage) return known.newest;
    const newest = new NewestArtefacts(dataset, lineage);
    this.artefacts.set(dataset, { lineage, newest });
    return newest;
  }

  private vaultOf(contract: Contract): Vault {
    const { bucket } = contract.vault;
    if (this.vault?.bucket === bucket) return this.vault.open;
    this.vault?.open.close();
    this.artefacts.clear();
    const open = this.openVault(contract);
    this.vault = { bucket, open };
    return open;
  }
}

const reading = { 'backup-age': 'restorableMs', 'validation-age': 'validatedMs' } as const satisfies Record<
  AgeMetric,
  keyof NewestArtefacts
>;

const unreadable = (key: string, fact: string): void => {
  log('unreadable', { key, fact });
};
