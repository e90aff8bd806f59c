import type { Duration } from './duration';
import type { Schedule } from './schedule';

/** Something that runs on a schedule to make, ship or try recovery points. */
export interface BackupJob {
  readonly id: string;
  readonly dataset: string;
  /** A script of the procedure and its arguments. */
  readonly command: readonly string[];
  readonly schedule: Schedule;
  /** The longest a run may take. A run that takes longer is stopped and counts as failed. */
  readonly budget: Duration;
  /** Whose rights it has: a backup cannot delete, a restore cannot reach the live store. */
  readonly role: 'backup' | 'restore' | 'validate';
}
