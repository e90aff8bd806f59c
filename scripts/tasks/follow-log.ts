import { AgenteError } from '../../recovery/errors';
import { audit } from '../audit/audit-log';
import { claimHistory } from '../catalogue/ownership';
import type { Manifest } from '../catalogue/manifest';
import type { TakenPoint } from '../engines/engine';
import { Lease } from '../lease/lease';
import { datasetIn, type Settings } from '../settings/settings';
import { refuseSkew, refuseWhereAnotherServes } from './back-up';
import { writeGauges } from './metrics';
import { withDataset, type Conditions, type Opened } from './site';

/** What was shipped until it was stopped. */
export interface Followed {
  readonly pieces: number;
  readonly bytes: number;
  /** Instant up to which the log lies in the vault; null when nothing was shipped. */
  readonly reaches: string | null;
}

/**
 * Ships the log of a dataset as it is written, until the signal. What is audited is its end: a piece every few
 * seconds would bury everything else in the log of the procedure.
 * @throws AgenteError argument-invalid for a dataset without such a log, backup-running where it is followed
 * already, and what ended it.
 */
export async function followLog(settings: Settings, dataset: string, conditions: Conditions): Promise<Followed> {
  const startedAt = new Date();
  datasetIn(settings, dataset);
  const told = { log: 'backup', operation: 'follow-log', dataset, startedAt } as const;
  let newest: Manifest | null = null;
  let [pieces, bytes] = [0, 0];
  const followed = (): Followed => ({ pieces, bytes, reaches: newest?.restorable.to ?? null });
  const shipped = async (piece: Manifest): Promise<void> => {
    newest = piece;
    pieces += 1;
    bytes += piece.size.data;
    if (settings.metrics === null) return;
    const to = Date.parse(piece.restorable.to) / 1_000;
    await writeGauges(settings.metrics, dataset, { last_successful_backup_timestamp_seconds: to });
  };
  const end = (result: 'success' | 'failed', detail: string) =>
    audit(settings, { ...told, point: newest?.id ?? null, result, endedAt: new Date(), detail });
  try {
    refuseWhereAnotherServes(settings, dataset);
    await withDataset(settings, dataset, conditions, (opened) => follow(opened, startedAt, shipped));
  } catch (error) {
    await end('failed', error instanceof AgenteError ? `${error.code}: ${error.message}` : String(error));
    throw error;
  }
  await end('success', `${String(pieces)} pieces, ${String(bytes)} bytes`);
  return followed();
}

async function follow(
  { dataset, engine, work }: Opened,
  startedAt: Date,
  shipped: (piece: Manifest) => Promise<void>,
): Promise<void> {
  if (engine.followLog === undefined) {
    throw new AgenteError(
      'argument-invalid',
      `${dataset} has no log that could be followed from here`,
      'PostgreSQL ships its own log once a backup was taken; of the others, backups are taken more often.',
    );
  }
  const source = await engine.identify(work);
  refuseSkew(dataset, source);
  const { vault, catalogue, lineage } = work;
  const lease = await Lease.take(vault, dataset, 'backup log --follow', 'log');
  try {
    const { identity, timeline } = source;
    await claimHistory(vault, dataset, { lineage, identity, timeline }, { takeOver: 'nothing', now: startedAt });
    const publish = async (take: (id: string) => Promise<TakenPoint>): Promise<Manifest> => {
      const begun = new Date();
      const id = catalogue.newId('log', begun);
      const point = await take(id);
      const times = { startedAt: begun.toISOString(), endedAt: new Date().toISOString() };
      const piece = await catalogue.publish({ ...point, ...times, id, lineage, engine: engine.name }, null);
      await shipped(piece);
      return piece;
    };
    await engine.followLog(publish, { ...work, signal: AbortSignal.any([work.signal, lease.signal]) });
    lease.signal.throwIfAborted();
  } finally {
    await lease.release();
  }
}
