import * as os from 'node:os';
import { z } from 'zod';
import { AgenteError } from '../../../recovery/errors';
import { keysOf } from '../../vault/keys';
import type { Vault } from '../../vault/vault';

/** Which cluster, on which installation, writes a lineage's repository, and how far its history has come. */
const ownerSchema = z.object({
  systemIdentifier: z.string(),
  holder: z.string(),
  host: z.string(),
  timeline: z.int().positive(),
});
type Owner = z.infer<typeof ownerSchema>;
export type Claim = Omit<Owner, 'host'>;

/**
 * Takes a lineage's repository for this server, or confirms it. Of two servers that were one, only the one
 * whose history went on may write: it was promoted, so its time line is higher.
 * @throws AgenteError lineage-owned, lineage-stale.
 */
export async function claimRepository(vault: Vault, dataset: string, lineage: string, claim: Claim): Promise<void> {
  const key = `${keysOf(dataset, lineage).root}/pgbackrest.owner.json`;
  const record = await vault.readRecord(key);
  const owner = record === null ? null : ownerSchema.parse(JSON.parse(record.text));
  if (owner !== null) {
    refuseStranger(owner, claim, lineage);
    if (owner.holder === claim.holder && owner.timeline === claim.timeline) return;
  }
  const text = JSON.stringify({ ...claim, host: os.hostname() } satisfies Owner, null, 2);
  const written = await vault.writeRecord(key, text, record === null ? 'absent' : { over: record.version });
  if (written === null) {
    throw new AgenteError(
      'lineage-owned',
      `another host claims ${dataset}/${lineage} at this moment`,
      'Find out which.',
    );
  }
}

function refuseStranger(owner: Owner, claim: Claim, lineage: string): void {
  if (owner.systemIdentifier !== claim.systemIdentifier) {
    throw new AgenteError(
      'lineage-owned',
      `lineage ${lineage} is that of cluster ${owner.systemIdentifier} on ${owner.host}, this is ${claim.systemIdentifier}`,
      'Give this cluster a lineage of its own (a new generation of its site).',
    );
  }
  if (claim.timeline < owner.timeline) throw stale(lineage, claim.timeline, owner.timeline, owner.host);
  if (claim.holder !== owner.holder && claim.timeline === owner.timeline) {
    throw new AgenteError(
      'lineage-owned',
      `lineage ${lineage} is written by ${owner.host}, whose history is on the same time line ${owner.timeline}`,
      'Two servers must not write one history: stop one, or give this one a lineage of its own.',
    );
  }
}

export function stale(lineage: string, timeline: number, newest: number, host: string): AgenteError {
  return new AgenteError(
    'lineage-stale',
    `this server is on time line ${timeline}, and lineage ${lineage} went on without it to ${newest} on ${host}`,
    'It is an old primary: rebuild it from the new one (agente-dr rebuild), and do not let it serve.',
  );
}
