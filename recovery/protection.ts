import type { Mechanism } from './mechanisms';
import type { Duration } from './duration';

/** A copy outside the region of the original. */
export interface OffSite {
  /** What brings it there: the provider's own replication, or a job; null when nothing does. */
  readonly by: 'replication' | { readonly job: string } | null;
  /** How much later than the original it may be complete. */
  readonly delay: Duration;
  readonly keep: Duration;
}

/** Recovery points at intervals. */
export interface Snapshot {
  readonly kind: 'snapshot';
  readonly mechanism: Mechanism;
  /** The job that takes them, or the interval at which the provider does. */
  readonly taken: { readonly job: string } | { readonly every: Duration };
  readonly keep: Duration;
  readonly offSite: OffSite | null;
}

/** Point-in-time recovery: a base, and every change after it for the length of the window. */
export interface Continuous {
  readonly kind: 'continuous';
  readonly mechanism: Mechanism;
  /**
   * When changes leave the server: at the latest after a time, or with a job. `when-full` is neither: the
   * log of an idle server never fills, so it never leaves.
   */
  readonly shipped: { readonly every: Duration } | { readonly job: string } | 'when-full';
  readonly window: Duration;
  readonly base: Snapshot;
  readonly offSite: OffSite | null;
}

/** Every version that was ever committed is kept. */
export interface Versioned {
  readonly kind: 'versioned';
  readonly mechanism: Mechanism;
  readonly keep: Duration;
  readonly offSite: OffSite | null;
}

/** What can undo damage: a state from before it. */
export type Backup = Snapshot | Continuous | Versioned;

/** A standby that follows. It must carry a backup: alone it copies the damage too. */
export interface Replica {
  readonly kind: 'replica';
  readonly mechanism: Mechanism;
  /** Where the standby is: in another zone, or in the other region. */
  readonly where: 'zone' | 'region';
  readonly maxLag: Duration;
  readonly with: Backup;
}

/** Filled again from another dataset, so what it loses is what that one loses. */
export interface Rebuilt {
  readonly kind: 'rebuilt';
  readonly from: string;
  readonly with: Backup;
}

export type Protection = Backup | Replica | Rebuilt;

/** As a table from elsewhere may say it: with a copy that nothing can undo damage with. */
export type WrittenProtection =
  | Backup
  | (Omit<Replica, 'with'> & { readonly with: Backup | null })
  | (Omit<Rebuilt, 'with'> & { readonly with: Backup | null });

/** The backup of a protection, whichever way it is carried. */
export function backupOf(protection: Protection): Backup;
export function backupOf(protection: WrittenProtection): Backup | null;
export function backupOf(protection: WrittenProtection): Backup | null {
  return protection.kind === 'replica' || protection.kind === 'rebuilt' ? protection.with : protection;
}
