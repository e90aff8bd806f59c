import * as path from 'node:path';
import { expectedSeconds } from '../catalogue/measured-restore';
import type { Validation } from '../catalogue/validation';
import type { RestorePlan } from '../engines/engine';
import { bytesText, clockText } from '../progress/watchers';
import { bothClocks } from '../recovery-points/instant';
import type { DatasetSettings } from '../settings/datasets';
import { datasetIn, type Settings } from '../settings/settings';
import type { RestoreRequest } from './restore';

/** A plan, for people and for machines. */
export interface PlanDescription {
  readonly point: string | null;
  readonly source: string;
  /** What `--confirm` must say. */
  readonly target: string;
  /** Where the live state is. */
  readonly place: string;
  /** Where the state is made. */
  readonly folder: string;
  readonly reaches: string;
  /** Seconds of data that will be missing. */
  readonly lostSeconds: number;
  /** By the newest restore of the dataset that was tried; null before the first. */
  readonly expectedSeconds: number | null;
  readonly bytes: number;
  readonly lines: readonly string[];
}

type Made = { readonly plan: RestorePlan } | { readonly file: string; readonly reaches: Date };

export function describePlan(
  settings: Settings,
  request: RestoreRequest,
  made: Made,
  measured: Validation | null,
): PlanDescription {
  const dataset = datasetIn(settings, request.dataset);
  const place = placeOf(dataset);
  const target = request.into ?? `${settings.site}/${request.dataset}`;
  const reaches = 'plan' in made ? made.plan.reaches : made.reaches;
  const last = 'plan' in made ? made.plan.points.at(-1) : undefined;
  const source = 'file' in made ? made.file : (last?.id ?? '');
  const bytes = 'plan' in made ? made.plan.bytes + made.plan.logBytes : 0;
  const lostSeconds = Math.max(0, (Date.now() - reaches.getTime()) / 1_000);
  const seconds = measured === null ? null : expectedSeconds(measured, bytes);
  const lines = [
    `restore    ${request.dataset} from ${source}`,
    `into       ${request.into ?? place}`,
    `reaches    ${bothClocks(reaches)}`,
    `will lose  what was written in the ${clockText(lostSeconds)} since`,
    `will take  ${howLong(request.dataset, seconds, measured)}`,
    ...(bytes === 0 ? [] : [`takes      ${bytesText(bytes)} of disk`]),
    ...('plan' in made ? made.plan.steps.map((step, index) => `${String(index + 1).padStart(2)}. ${step}`) : []),
  ];
  const folder = request.into ?? folderFor(settings, request.dataset, dataset, place);
  return {
    point: last?.id ?? null,
    source,
    target,
    place,
    folder,
    reaches: reaches.toISOString(),
    lostSeconds,
    expectedSeconds: seconds,
    bytes,
    lines,
  };
}

function howLong(dataset: string, seconds: number | null, measured: Validation | null): string {
  if (seconds === null || measured === null) {
    return `nobody knows how long: no restore of it was tried yet (agente-dr validate ${dataset})`;
  }
  const of = measured.bytes === 0 ? '' : ` of ${bytesText(measured.bytes)}`;
  return `about ${clockText(seconds)}, by that${of} on ${measured.endedAt.slice(0, 10)}, which took ${clockText(measured.restoreSeconds)}`;
}

function placeOf(dataset: DatasetSettings): string {
  if ('data' in dataset) return dataset.data;
  if ('paths' in dataset) return dataset.paths.join(', ');
  if ('prefix' in dataset) return `${dataset.region}/${dataset.prefix}`;
  return `${dataset.host}:${String(dataset.port)}${'database' in dataset ? `/${dataset.database}` : ''}`;
}

/** Beside the live state, so that it is put in its place by a rename; the same for a second run. */
function folderFor(settings: Settings, name: string, dataset: DatasetSettings, place: string): string {
  return 'data' in dataset ? `${place}.restoring` : path.join(settings.scratch, `agente-dr-${name}.restoring`);
}
