/** The two sites. A site is a stack; `dr` is only that stack's name, not its role. */
export const sites = ['primary', 'dr'] as const;
export type Site = (typeof sites)[number];

/** What a site is there for at the moment. */
export const roles = ['foundation', 'standby', 'active'] as const;
export type Role = (typeof roles)[number];

export const peerOf: Readonly<Record<Site, Site>> = {
  primary: 'dr',
  dr: 'primary',
};

/** AWS names S3 buckets globally; account and region make ours unique and computable without a lookup. */
export function bucketName(purpose: 'vault' | 'control' | 'signal', accountId: string, region: string): string {
  return `agente-dr-${purpose}-${accountId}-${region}`;
}

/**
 * RDS identifiers carry a generation, because RDS refuses a new source on an existing instance and
 * the name of the old one is taken.
 */
export function databaseIdentifier(dataset: string, generation: number): string {
  return `agente-${dataset}-g${String(generation)}`;
}

/** Keys of the objects in a control bucket. */
export const controlKeys = {
  role: 'role.json',
  heartbeat: 'heartbeat.json',
  replay: 'replay.json',
  contract: 'contract.json',
  journal: 'failover/journal.json',
} as const;

/** Key of the object in the signal bucket whose existence sends guests to the dr region. */
export const signalKey = 'dr-serves-guests';
