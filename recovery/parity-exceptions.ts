/** A difference between the sites that is wanted, for a time. */
export interface ParityException {
  /** As the finding names it: `database postgres class`. */
  readonly what: string;
  readonly reason: string;
  /** Who answers for it; a role, because people change. */
  readonly owner: string;
  /** Last day on which it holds, in UTC. */
  readonly until: `${number}-${number}-${number}`;
}

/** Ways in which the sites may differ. One that is over, or that no difference needs, is a finding itself. */
export const parityExceptions: readonly ParityException[] = [];
