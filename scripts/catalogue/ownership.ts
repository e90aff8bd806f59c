import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';
import { ownerKey } from '../vault/keys';
import type { Vault } from '../vault/vault';

const ownerRecord = z.strictObject({
  version: z.literal(1),
  /** Rises whenever another lineage takes over. */
  epoch: z.int().positive(),
  lineage: z.string().min(1),
  /** Of the server whose history this is. */
  identity: z.string().min(1),
  /** Newest fork of that history that was backed up. */
  timeline: z.int().nonnegative(),
  since: z.iso.datetime(),
});
export type Owner = z.infer<typeof ownerRecord>;

/** Who wants to write. */
export interface Claimant {
  readonly lineage: string;
  readonly identity: string;
  readonly timeline: number;
}

/** What may begin here: nothing, a lineage that the witnesses have named, or whatever an operator says. */
export type TakeOver = 'nothing' | 'lineage' | 'anything';

export async function readOwner(vault: Vault, dataset: string): Promise<Owner | null> {
  const record = await vault.readRecord(ownerKey(dataset));
  return record === null ? null : ownerRecord.parse(JSON.parse(record.text));
}

/**
 * Lets one server write the history of a dataset. A server whose history ended, because another went on
 * without it, is refused: its backups would look good, and be those of nobody.
 *
 * @throws AgenteError lineage-stale for a lineage or a time line that was left behind, lineage-owned for
 * another server in the same lineage.
 */
export async function claimHistory(
  vault: Vault,
  dataset: string,
  claimant: Claimant,
  { takeOver, now }: { takeOver: TakeOver; now: Date },
): Promise<Owner> {
  const before = await vault.readRecord(ownerKey(dataset));
  const owner = before === null ? null : ownerRecord.parse(JSON.parse(before.text));
  if (owner !== null && takeOver !== 'anything' && !(takeOver === 'lineage' && owner.lineage !== claimant.lineage)) {
    refuseStranger(dataset, owner, claimant);
  }
  if (owner !== null && same(owner, claimant) && owner.timeline === claimant.timeline) return owner;
  const next: Owner = {
    version: 1,
    epoch: owner === null ? 1 : owner.epoch + (same(owner, claimant) ? 0 : 1),
    ...claimant,
    since: now.toISOString(),
  };
  const condition = before === null ? 'absent' : { over: before.version };
  if ((await vault.writeRecord(ownerKey(dataset), JSON.stringify(next, null, 2), condition)) !== null) return next;
  // Somebody claimed it between our reading and our writing: judge again by what is there now.
  return claimHistory(vault, dataset, claimant, { takeOver: 'nothing', now });
}

const same = (owner: Owner, { lineage, identity }: Claimant): boolean =>
  owner.lineage === lineage && owner.identity === identity;

function refuseStranger(dataset: string, owner: Owner, { lineage, identity, timeline }: Claimant): void {
  const history = `the history of ${dataset} is written by ${owner.lineage} since ${owner.since} (epoch ${String(owner.epoch)})`;
  if (owner.lineage !== lineage) {
    throw new AgenteError(
      'lineage-stale',
      `${history}, not by ${lineage}`,
      'A returned old primary must not go on: rebuild it as a standby. Where this server is the new one on purpose, add --take-over.',
    );
  }
  if (owner.identity !== identity) {
    throw new AgenteError(
      'lineage-owned',
      `${history}, by the server ${owner.identity}; this one is ${identity}`,
      'Point this server at its own vault, or raise `generation` in its settings and add --take-over.',
    );
  }
  if (timeline < owner.timeline) {
    throw new AgenteError(
      'lineage-stale',
      `${history} on time line ${String(owner.timeline)}; this server is still on ${String(timeline)}`,
      'It is an old primary that came back: rebuild it as a standby of the server that went on.',
    );
  }
}
