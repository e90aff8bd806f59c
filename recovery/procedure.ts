import type { Duration } from './duration';
import type { Mechanism } from './mechanisms';

/** A command that brings a dataset back, and what its page says of it. */
export interface Procedure {
  readonly dataset: string;
  readonly title: string;
  /** The copies that it reads. */
  readonly reads: Mechanism;
  readonly rto: Duration;
  readonly rpo: Duration;
}
