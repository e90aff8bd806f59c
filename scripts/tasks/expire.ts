import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';
import { audit } from '../audit/audit-log';
import { planExpiry, type ExpiryPlan } from '../catalogue/expiry';
import { readFreeze, thaw } from '../catalogue/freeze';
import type { Manifest } from '../catalogue/manifest';
import type { Work } from '../engines/engine';
import { Lease } from '../lease/lease';
import type { Settings } from '../settings/settings';
import { removeDrafts } from '../vault/folder-drafts';
import { keysOf } from '../vault/keys';
import { withDataset, type Conditions, type Opened } from './site';

export interface ExpireRequest {
  readonly dataset: string;
  readonly dryRun: boolean;
  /** The point whose shrinking a person has looked at and accepts; null for none. */
  readonly accept: string | null;
}

/**
 * Removes what has outlived its retention, dependants first. A point leaves the list before its files go,
 * so that whatever is listed is whole; files that a killed run left are removed by the next.
 * @throws AgenteError backup-shrunk while the dataset is frozen.
 */
export async function expire(settings: Settings, request: ExpireRequest, conditions: Conditions): Promise<ExpiryPlan> {
  const { dataset, dryRun, accept } = request;
  return withDataset(settings, dataset, conditions, async (opened) => {
    await refuseFrozen(opened, accept);
    if (dryRun) return planExpiry((await opened.work.catalogue.list()).points, new Date());
    const startedAt = new Date();
    const lease = await Lease.take(opened.work.vault, dataset, 'expire');
    try {
      const { points, unreadable } = await opened.work.catalogue.list();
      const [damaged] = unreadable;
      if (damaged !== undefined) throw refused(`${damaged.key}: ${damaged.fact}`);
      const plan = planExpiry(points, startedAt);
      for (const point of plan.expired) {
        lease.signal.throwIfAborted();
        await remove(opened, point);
        const told = { log: 'backup', operation: 'expire', dataset, point: point.id, startedAt } as const;
        await audit(settings, { ...told, result: 'success', endedAt: new Date(), detail: point.kind });
      }
      await removeOrphans(opened, new Set(points.map(({ id }) => id)), startedAt);
      return plan;
    } finally {
      await lease.release();
    }
  });
}

async function refuseFrozen({ work: { vault }, dataset }: Opened, accept: string | null): Promise<void> {
  const frozen = await readFreeze(vault, dataset);
  if (frozen === null) return;
  if (frozen.point === accept) {
    await thaw(vault, dataset);
    return;
  }
  throw new AgenteError(
    'backup-shrunk',
    `nothing of ${dataset} expires: at ${frozen.point} its ${frozen.fact}`,
    `Look whether somebody emptied it. If all is as it should be: agente-dr catalog expire ${dataset} --accept ${frozen.point}.`,
  );
}

async function remove({ engine, work, dataset }: Opened, point: Manifest): Promise<void> {
  const keys = keysOf(dataset, point.lineage);
  await work.vault.remove(keys.manifest(point.id));
  await engine.forget?.(point, work);
  await removeFiles(work, [keys.point(point.id), keys.census(point.id), keys.validations(point.id)]);
}

async function removeFiles({ vault }: Pick<Work, 'vault'>, prefixes: readonly string[]): Promise<void> {
  for (const prefix of prefixes) {
    for (const { key } of await vault.list(prefix)) await vault.remove(key);
  }
}

/** A backup that still runs writes files before its manifest; no backup runs for so long. */
const orphanAgeMs = 24 * 60 * 60 * 1_000;

async function removeOrphans({ work }: Opened, listed: ReadonlySet<string>, now: Date): Promise<void> {
  const kinds = ['points', 'censuses', 'validated'] as const;
  for (const kind of kinds) {
    for (const { key, modified } of await work.catalogue.below((keys) => keys[kind])) {
      const id = (key.split('/')[3] ?? '').replace(/\.json$/, '');
      if (listed.has(id) || now.getTime() - modified.getTime() < orphanAgeMs) continue;
      await work.vault.remove(key);
    }
  }
  await removeForgottenDrafts(work, new Date(now.getTime() - orphanAgeMs));
}

/** A bucket holds none: its lifecycle ends uploads that were given up. */
async function removeForgottenDrafts({ vault: { place }, catalogue }: Work, before: Date): Promise<void> {
  if (place.kind === 'folder') await removeDrafts(path.join(place.path, catalogue.dataset), before);
}

function refused(fact: string): AgenteError {
  return new AgenteError(
    'manifest-invalid',
    `nothing expires while a manifest cannot be read: ${fact}`,
    'Find out who changed it: what an unreadable point needs cannot be told.',
  );
}
