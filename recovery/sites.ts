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

/** Datasets that live in a database of RDS, and whose instances therefore carry a generation. */
export const databaseDatasets = ['postgres', 'pms'] as const;
export type DatabaseDataset = (typeof databaseDatasets)[number];

/** AWS names S3 buckets globally; account and region make ours unique and computable without a lookup. */
export function bucketName(
  purpose: 'vault' | 'control' | 'signal' | 'logs',
  accountId: string,
  region: string,
): string {
  return `agente-dr-${purpose}-${accountId}-${region}`;
}

/**
 * RDS identifiers carry a generation, because RDS refuses a new source on an existing instance and
 * the name of the old one is taken.
 */
export function databaseIdentifier(dataset: string, generation: number): string {
  return `agente-${dataset}-g${String(generation)}`;
}

/**
 * Part of every path in a vault. Both sites' vaults hold each other's copies, so it names the site and
 * the generation: an old primary that comes back must not write into the history that went on without it.
 */
export function lineage(site: Site, generation: number): string {
  return `${site}-g${String(generation)}`;
}

/** The generation of a site: the highest of its databases'. */
export function siteGeneration(generations: Readonly<Record<DatabaseDataset, number>>): number {
  return Math.max(...databaseDatasets.map((dataset) => generations[dataset]));
}

/** Keys of the objects in a control bucket. */
export const controlKeys = {
  role: 'role.json',
  heartbeat: 'heartbeat.json',
  replay: 'replay.json',
  contract: 'contract.json',
  journal: 'failover/journal.json',
  guestMessages: 'guest-messages.json',
} as const;

/** Key of the object in the signal bucket whose existence sends guests to the dr region. */
export const signalKey = 'dr-serves-guests';
