import { duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { audit } from '../audit/audit-log';
import { freeze, shrinkBetween } from '../catalogue/freeze';
import type { Manifest, PointKind } from '../catalogue/manifest';
import { claimHistory, type TakeOver } from '../catalogue/ownership';
import type { SourceIdentity } from '../engines/engine';
import { Lease } from '../lease/lease';
import { bytesText } from '../progress/watchers';
import { datasetIn, type Settings } from '../settings/settings';
import { writeGauges } from './metrics';
import { withDataset, type Conditions, type Opened } from './site';

export interface BackUpRequest {
  readonly dataset: string;
  readonly kind: PointKind;
  /** This server begins here on purpose, in the place of another. */
  readonly takeOver: boolean;
}

/** Two clocks that differ by more give recovery points times that nobody can restore to. */
const mostSkew = duration('10s');

/**
 * Takes a recovery point: listed when it is whole, and not at all before.
 * @throws AgenteError what kept it from being taken; the failure is audited too.
 */
export async function backUp(settings: Settings, request: BackUpRequest, conditions: Conditions): Promise<Manifest> {
  const startedAt = new Date();
  const { dataset } = request;
  // A dataset that nobody declared is a slip of the operator, not an operation.
  datasetIn(settings, dataset);
  const told = { log: 'backup', operation: 'backup', dataset, startedAt } as const;
  try {
    refuseWhereAnotherServes(settings, dataset);
    const takeOver = request.takeOver ? 'anything' : settings.serves === true ? 'lineage' : 'nothing';
    const point = await withDataset(settings, dataset, conditions, (opened) =>
      take(opened, { ...request, takeOver }, startedAt),
    );
    const endedAt = new Date();
    if (settings.metrics !== null) {
      await writeGauges(settings.metrics, dataset, {
        last_successful_backup_timestamp_seconds: Date.parse(point.restorable.to) / 1_000,
        backup_size_bytes: point.size.stored,
        backup_duration_seconds: (endedAt.getTime() - startedAt.getTime()) / 1_000,
      });
    }
    await audit(settings, { ...told, point: point.id, result: 'success', endedAt, detail: point.method });
    return point;
  } catch (error) {
    const detail = error instanceof AgenteError ? `${error.code}: ${error.message}` : String(error);
    await audit(settings, { ...told, point: null, result: 'failed', endedAt: new Date(), detail });
    throw error;
  }
}

/** @throws AgenteError lineage-stale in a site that has come back after another one took over. */
export function refuseWhereAnotherServes({ site, serves }: Settings, dataset: string): void {
  if (serves !== false) return;
  throw new AgenteError(
    'lineage-stale',
    `the witnesses name another site than ${site} as the one that serves: what ${dataset} holds here is history`,
    'Rebuild this site as a standby: agente-dr rebuild.',
  );
}

interface Claim extends Omit<BackUpRequest, 'takeOver'> {
  /** After a failover nobody has to be there for the next backup: the witnesses have said whose it is. */
  readonly takeOver: TakeOver;
}

async function take(opened: Opened, { dataset, kind, takeOver }: Claim, startedAt: Date): Promise<Manifest> {
  const { engine } = opened;
  const { vault } = opened.work;
  const source = await engine.identify(opened.work);
  refuseSkew(dataset, source);
  const lease = await Lease.take(vault, dataset, `backup ${kind}`, kind === 'log' ? 'log' : 'points');
  try {
    // Whoever loses the lease stops writing: another host may have begun.
    const work = { ...opened.work, signal: AbortSignal.any([opened.work.signal, lease.signal]) };
    const { identity, timeline } = source;
    await claimHistory(vault, dataset, { lineage: work.lineage, identity, timeline }, { takeOver, now: startedAt });
    const { points } = await work.catalogue.list();
    const id = work.catalogue.newId(kind, startedAt);
    const { point, census } = await engine.backUp(id, kind, work);
    // What was taken may be more than was asked for.
    const before = points.findLast((one) => one.kind === point.kind);
    const times = { startedAt: startedAt.toISOString(), endedAt: new Date().toISOString() };
    const taken = await work.catalogue.publish(
      { ...point, ...times, id, lineage: work.lineage, engine: engine.name },
      census,
    );
    work.progress.say(`${taken.id}: ${bytesText(taken.size.data)}, stored as ${bytesText(taken.size.stored)}`);
    if (before === undefined || point.kind === 'log') return taken;
    const fact = shrinkBetween(
      { manifest: before, census: await work.catalogue.census(before) },
      { bytes: taken.size.data, census },
    );
    if (fact !== null) {
      await freeze(vault, dataset, { point: id, fact });
      work.progress.say(
        `warning: ${dataset}: ${fact} since ${before.id}; nothing expires until agente-dr catalog expire ${dataset} --accept ${id}`,
      );
    }
    return taken;
  } finally {
    await lease.release();
  }
}

export function refuseSkew(dataset: string, { clock }: SourceIdentity): void {
  const skewMs = clock === null ? 0 : Math.abs(clock.getTime() - Date.now());
  if (skewMs <= mostSkew.ms) return;
  throw new AgenteError(
    'clock-skew',
    `the clock of this host and that of ${dataset} differ by ${String(Math.round(skewMs / 1_000))} s`,
    'Set the clocks (chronyc makestep), then run the command again.',
  );
}
