import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../recovery/errors';
import { audit } from '../audit/audit-log';
import { measuredRestore } from '../catalogue/measured-restore';
import type { Damage, RestorePlan, RestoreTarget } from '../engines/engine';
import { giveToServerUser } from '../programs/server-programs';
import { bytesText } from '../progress/watchers';
import { resolveArchive, type Archive } from '../recovery-points/archive-name';
import { datasetIn, type Settings } from '../settings/settings';
import { removeFinishedRestore } from './left-restore';
import { describePlan, type PlanDescription } from './restore-plan';
import { withDataset, type Conditions, type Opened } from './site';

export interface RestoreRequest {
  readonly dataset: string;
  /** A recovery point by id, `latest` by any of its names, or a file; null for the best one for the target. */
  readonly from: string | null;
  readonly target: RestoreTarget;
  readonly logFolder: string | null;
  /** A folder to restore into for a look; null puts the state in the place of the live one. */
  readonly into: string | null;
  readonly dryRun: boolean;
  /** What the operator says is to be replaced; it must be what the plan names. */
  readonly confirm: string | null;
}

export interface Restored {
  readonly plan: PlanDescription;
  /** Where the state is now; null after a dry run. */
  readonly folder: string | null;
  /** Where what was there before lies; null when there was nothing. */
  readonly previous: string | null;
  readonly seconds: number;
}

/**
 * Brings a dataset back: into a folder beside the live state, checked there by a server of its own, and
 * only then into its place.
 * @throws AgenteError restore-unconfirmed with the plan, restore-damaged, target-running, disk-full.
 */
export async function restore(settings: Settings, request: RestoreRequest, conditions: Conditions): Promise<Restored> {
  const startedAt = new Date();
  const { dataset } = request;
  datasetIn(settings, dataset);
  if (request.dryRun) return withDataset(settings, dataset, conditions, (opened) => plan(settings, opened, request));
  const told = { log: 'restore', operation: 'restore', dataset, startedAt } as const;
  try {
    const restored = await withDataset(settings, dataset, conditions, (opened) =>
      bringBack(settings, opened, request, startedAt),
    );
    const detail = `${restored.plan.source}, reaches ${restored.plan.reaches}`;
    await audit(settings, { ...told, point: restored.plan.point, result: 'success', endedAt: new Date(), detail });
    return restored;
  } catch (error) {
    if (error instanceof AgenteError && error.code === 'restore-unconfirmed') throw error;
    const detail = error instanceof AgenteError ? `${error.code}: ${error.message}` : String(error);
    await audit(settings, { ...told, point: null, result: 'failed', endedAt: new Date(), detail });
    throw error;
  }
}

interface Prepared {
  readonly archive: Archive | null;
  readonly plan: RestorePlan | null;
  readonly description: PlanDescription;
}

async function prepare(settings: Settings, { engine, work }: Opened, request: RestoreRequest): Promise<Prepared> {
  const archive = request.from === null ? null : await resolveArchive(request.from, work.catalogue);
  const measured = await measuredRestore(work.catalogue, work.vault);
  if (archive?.kind === 'file') {
    if (engine.restoreArchive === undefined) {
      const hint = 'Name a recovery point: agente-dr catalog list.';
      throw new AgenteError('argument-invalid', `${request.dataset} is not restored from files`, hint);
    }
    const reaches = fs.statSync(archive.file).mtime;
    return {
      archive,
      plan: null,
      description: describePlan(settings, request, { file: archive.file, reaches }, measured),
    };
  }
  const base = archive?.point ?? null;
  const made = await engine.planRestore({ target: request.target, base, logFolder: request.logFolder }, work);
  return { archive, plan: made, description: describePlan(settings, request, { plan: made }, measured) };
}

async function plan(settings: Settings, opened: Opened, request: RestoreRequest): Promise<Restored> {
  const { description } = await prepare(settings, opened, request);
  return { plan: description, folder: null, previous: null, seconds: 0 };
}

async function bringBack(
  settings: Settings,
  opened: Opened,
  request: RestoreRequest,
  startedAt: Date,
): Promise<Restored> {
  const { engine, work } = opened;
  if (request.into === null) await engine.checkTarget(work);
  const { archive, plan: made, description } = await prepare(settings, opened, request);
  if (request.confirm !== description.target) throw unconfirmed(request, description);
  const { folder } = description;
  if (request.into === null) removeFinishedRestore(folder);
  makeFolder(folder);
  refuseFull(folder, description.bytes);
  if (made !== null) await engine.restore(made, folder, work);
  else if (archive?.kind === 'file') await engine.restoreArchive?.(archive.file, folder, work);
  await check(opened, folder);
  const { previous } = request.into === null ? await engine.install(folder, work) : { previous: null };
  if (request.into === null) removeFinishedRestore(folder);
  const seconds = (Date.now() - startedAt.getTime()) / 1_000;
  return { plan: description, folder: request.into ?? description.place, previous, seconds };
}

/** Opens what was restored before anybody else may. */
async function check({ engine, work }: Opened, folder: string): Promise<void> {
  const copy = await engine.open(folder, work);
  let found: Damage[];
  try {
    found = await copy.check();
  } finally {
    await copy.close();
  }
  const [first] = found;
  if (first === undefined) return;
  throw new AgenteError(
    'restore-damaged',
    `what was restored is damaged: ${found.map(({ what, fact }) => `${what}: ${fact}`).join('; ')}`,
    'Nothing was replaced. Restore from an earlier recovery point: agente-dr catalog list.',
  );
}

function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  const parent = path.dirname(folder);
  if (fs.existsSync(parent)) {
    fs.mkdirSync(folder, { mode: 0o700 });
    giveToServerUser(folder);
  } else
    throw new AgenteError('target-wrong', `${parent} is not there`, 'Make or mount it, then run the command again.');
}

/** @throws AgenteError disk-full before a byte is written. */
function refuseFull(folder: string, bytes: number): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new AgenteError(
    'disk-full',
    `${folder} has ${bytesText(free)} free, the restore takes ${bytesText(bytes)}`,
    'Make room there, or move the data that is to be replaced to another disk.',
  );
}

function unconfirmed({ confirm }: RestoreRequest, { target, lines }: PlanDescription): AgenteError {
  return confirm === null
    ? new AgenteError(
        'restore-unconfirmed',
        `nothing was done yet:\n${lines.join('\n')}`,
        `Run it again with --confirm ${target}.`,
      )
    : new AgenteError(
        'target-wrong',
        `--confirm says ${confirm}, and what would be replaced is ${target}`,
        'Make sure that this is the machine you mean; nothing was done.',
      );
}
