import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Duration } from '../../recovery/duration';
import { AgenteError } from '../../recovery/errors';
import { audit, tell } from '../audit/audit-log';
import type { Manifest } from '../catalogue/manifest';
import type { Validation } from '../catalogue/validation';
import { datasetIn, type Settings } from '../settings/settings';
import { readLedger } from '../validation/ledger';
import { choosePoints, type Chosen } from '../validation/choice';
import { checkReach } from '../validation/reach';
import { applicationQuery } from '../validation/query';
import { tryPoint } from '../validation/try-point';
import { writeGauges } from './metrics';
import { withDataset, type Conditions, type Opened } from './site';

export interface ValidateRequest {
  readonly dataset: string;
  /** One point by id; null for those that most need it. */
  readonly point: string | null;
  /** No further point is begun after that; null for one point alone. */
  readonly budget: Duration | null;
  readonly ledger: string | null;
}

/**
 * Restores recovery points into throw-away servers and checks them; the newest one always.
 * @returns one result a point. @throws AgenteError validation-failed naming every point that is no good,
 * after all that the budget holds were tried.
 */
export async function validate(
  settings: Settings,
  request: ValidateRequest,
  conditions: Conditions,
): Promise<Validation[]> {
  datasetIn(settings, request.dataset);
  const results = await withDataset(settings, request.dataset, conditions, (opened) =>
    tryAll(settings, opened, request),
  );
  const bad = results.filter(({ status }) => status === 'failed');
  if (bad.length === 0) return results;
  const facts = bad.map(
    ({ point, checks }) =>
      `${point}: ${checks.flatMap((check) => (check.status === 'failed' ? [`${check.name}: ${check.fact}`] : [])).join('; ')}`,
  );
  throw new AgenteError(
    'validation-failed',
    facts.join('\n'),
    'Take a new backup now, and keep the damaged point as evidence.',
  );
}

async function tryAll(settings: Settings, opened: Opened, request: ValidateRequest): Promise<Validation[]> {
  const { catalogue } = opened.work;
  const deadline = Date.now() + (request.budget?.ms ?? 0);
  const ledger = request.ledger === null ? null : readLedger(request.ledger);
  const chosen: readonly Chosen[] =
    request.point === null
      ? await choosePoints(opened)
      : [{ point: await catalogue.find(request.point), target: { to: 'point' } }];
  const results: Validation[] = [];
  for (const { point, target } of chosen) {
    if (results.length > 0 && Date.now() > deadline) break;
    const trial = { point, target, ledger, query: applicationQuery(request.dataset) };
    const result = await tryPoint(opened.engine, trial, opened.work);
    await report(settings, opened, point, result);
    results.push(result);
  }
  const live = datasetIn(settings, request.dataset);
  // What somebody else runs has a window of its own, which its alarms watch.
  const isOurs = 'kind' in live && live.kind === 'server';
  const failed = results.some(({ status }) => status === 'failed');
  if (request.point === null && isOurs && !failed) await checkReach(opened, new Date());
  return results;
}

/** The catalogue, the log of the procedure, the audit trail, and the metrics. */
async function report(
  settings: Settings,
  { dataset, work }: Opened,
  point: Manifest,
  result: Validation,
): Promise<void> {
  await work.catalogue.recordValidation(point, result);
  const endedAt = new Date(result.endedAt);
  const stamp = result.endedAt.replace('T', '_').replace(/\.\d+Z$/, '');
  const log = path.join(settings.logs, 'backup-validation.log');
  const line = `${stamp},${point.id},${result.status}`;
  await fs.appendFile(log, `${line}\n`, { mode: 0o640 });
  tell(settings, line);
  const told = { log: 'restore', operation: 'validate', dataset, point: point.id } as const;
  const detail = result.checks.flatMap((check) => (check.status === 'failed' ? [check.name] : [])).join(' ');
  await audit(settings, {
    ...told,
    result: result.status,
    startedAt: new Date(result.startedAt),
    endedAt,
    detail,
  });
  if (settings.metrics === null) return;
  const good = result.status === 'success';
  await writeGauges(settings.metrics, dataset, {
    backup_validation_status: good ? 1 : 0,
    backup_restore_test_total: 1,
    backup_restore_test_success_total: good ? 1 : 0,
    ...(good ? { last_restore_test_timestamp_seconds: endedAt.getTime() / 1_000 } : {}),
  });
}
