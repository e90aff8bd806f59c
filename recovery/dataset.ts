import type { Disruption } from './disruption';
import type { Duration } from './duration';
import type { Backup, Protection, WrittenProtection } from './protection';
import type { RecoveryPath } from './recovery-path';
import type { Tier } from './tiers';

export const engines = ['postgres', 'mysql', 'redis', 'secrets', 'files', 'git'] as const;
export type Engine = (typeof engines)[number];

/** How much there is, and how fast it grows: what a restore takes time for. */
export interface Size {
  readonly gib: number;
  readonly gibPerMonth: number;
}

/** How a dataset comes back. A failed application leaves it as it is. */
export type RecoveryPaths = Readonly<Record<Exclude<Disruption, 'application'>, RecoveryPath>>;

/** State that must survive, as a table from elsewhere may say it: null is what nobody has said. */
export interface WrittenDataset {
  readonly tier: Tier;
  readonly engine: Engine;
  readonly size: Size;
  readonly protection: WrittenProtection | null;
  /** Further backups beside it; a recovery takes the one that loses least. */
  readonly also: readonly Backup[];
  /** How long damage may go unnoticed: a copy from before it must still be there then. */
  readonly noticedWithin: Duration | null;
  readonly recovery: RecoveryPaths | null;
}

/** State that must survive. */
export interface Dataset extends WrittenDataset {
  readonly protection: Protection;
  readonly noticedWithin: Duration;
  readonly recovery: RecoveryPaths;
}

/** What runs, as a table from elsewhere may say it. */
export interface WrittenService {
  readonly tier: Tier;
  readonly needs: readonly string[] | null;
}

/** What runs. It has no state of its own: what it keeps, it keeps in datasets. */
export interface Service extends WrittenService {
  readonly needs: readonly string[];
}
