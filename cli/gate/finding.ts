/** Something that must not be merged like this, or that somebody should look at. */
export interface GateFinding {
  readonly rule: string;
  readonly title: string;
  readonly level: 'mandatory' | 'advisory';
  /** A resource, or the stack that it is about. */
  readonly urn: string;
  readonly fact: string;
  readonly fix: string;
  /** The same concern elsewhere, for auditors. */
  readonly references: readonly string[];
}

/** What the gate itself holds, beside the rules of the pack: it sees operations, both stacks, and drills. */
export const gateRules = {
  'dr-gate-destroy': 'no store is replaced or deleted without a proof that its newest backup is good',
  'dr-gate-unprotect': 'no store loses what keeps it from deletion',
  'dr-gate-restore-block':
    'the restore that a database came from stays in the program, and a copy that was restored for a drill does not',
  'dr-gate-control-plane': 'a failover changes nothing that us-east-1 has to answer for',
  'dr-gate-evidence': 'every database was brought back in a drill of this quarter, within its objectives',
  'dr-gate-parity': 'what takes over is what it takes over from',
  'dr-gate-capacity': 'the quotas of the region that takes over hold what serves there then',
  'dr-gate-regions': 'both sites lie in different regions',
  'dr-gate-cidr': 'the networks of both sites do not overlap',
  'dr-gate-dns-pair': 'the domain has a first record in one site and a second in the other',
  'dr-gate-state': 'the key of the state does not lie in the region that may be gone',
  'dr-gate-score': 'three copies, two ways, one elsewhere, one that nobody can delete, no error at the last drill',
} as const;
export type GateRule = keyof typeof gateRules;

export function gateFinding(
  rule: GateRule,
  urn: string,
  fact: string,
  fix: string,
  level: GateFinding['level'] = 'mandatory',
): GateFinding {
  return { rule, title: gateRules[rule], level, urn, fact, fix, references: [] };
}
