import type { Contract } from '../../recovery/contract';
import type { JournalRecord } from '../../recovery/control';
import type { Duration } from '../../recovery/duration';
import type { Step } from '../../recovery/scenario';
import { regionLossStep, regionLossSteps, type RegionLossStep } from '../../recovery/scenarios/region-loss';
import type { Site } from '../../recovery/sites';
import { regionLossObjective } from '../../recovery/tiers';
import { nextEpoch } from '../../scripts/control/epoch';
import { Journal, readJournal, type NewJournal, type StoredJournal } from '../../scripts/control/journal';
import { valuesOf } from '../../scripts/control/witnesses';
import { promisedDataset } from '../promised';
import { assess, type Assessment } from './assess';
import { confirm } from './confirm';
import { fence } from './fence';
import { standingContract, groundOf, type Ground } from './ground';
import { judgeLoss, worstOf, type Loss } from './loss';
import { promote } from './promote';
import { protect } from './protect';
import { redirect } from './redirect';
import { isOvertaken, refuseWhileRunning } from './rivals';
import { runSteps, type Run } from './steps';
import type { StepWork } from './takeover';
import { verify } from './verify';
import type { FailoverResult, View } from './view';

export interface FailoverOptions {
  readonly stack: string;
  readonly acceptLoss: Duration | null;
  /** Name of the incident under which a site that still answers is given up. */
  readonly declareLost: string | null;
  readonly dryRun: boolean;
  /** Asked when everything is known and nothing has been changed. @throws AgenteError to go no further. */
  readonly approve: (summary: string, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The runbook: what each step of the scenario does. `assess` comes before the journal, because it changes nothing. */
const procedure: Readonly<Record<Exclude<RegionLossStep, 'detect' | 'assess'>, StepWork>> = {
  fence,
  promote,
  verify,
  redirect,
  confirm,
  protect,
};

const stepsTowards = (site: Site): readonly Step<RegionLossStep>[] =>
  regionLossSteps(site).filter((step) => step.actor === 'failover');

/**
 * Brings the hotel back in the other region, or goes on where an interrupted run has stopped.
 * @throws AgenteError with the code of what refuses or fails; what is done stays in the journal.
 */
export async function failover(options: FailoverOptions, view: View): Promise<FailoverResult> {
  const ground = groundOf(options.stack);
  try {
    const contract = await standingContract(ground);
    const stored = await readJournal(ground.own);
    const open = stored?.record.finishedAt === null ? stored : null;
    if (open !== null) refuseWhileRunning(open.record);
    if (open !== null && hasFenced(open.record) && !(await isOvertaken(ground, open.record))) {
      return await goOn(ground, contract, open, options, view);
    }
    return await start(ground, contract, stored, options, view);
  } catch (error) {
    // An aborted pause throws an AbortError; why it was aborted is what matters.
    throw options.signal.aborted ? options.signal.reason : error;
  } finally {
    ground.witnesses.close();
  }
}

/** From here on the other site may have fenced itself: there is nothing left to assess, only to finish. */
function hasFenced(record: JournalRecord): boolean {
  return record.steps.some((step) => step.id === 'fence' && step.outcome === 'done');
}

async function goOn(
  ground: Ground,
  contract: Contract,
  stored: StoredJournal,
  options: FailoverOptions,
  view: View,
): Promise<FailoverResult> {
  const { incident, startedAt, steps } = stored.record;
  const done = steps.filter((step) => step.outcome === 'done').map((step) => step.id);
  const summary = `Failover ${incident} was begun at ${startedAt}. Done: ${done.join(', ')}.`;
  if (options.dryRun) return planned(ground.to, stored.record, summary, view);
  await options.approve(`${summary} Going on with the rest.`, options.signal);
  const journal = await Journal.takeOver(ground.own, stored);
  return await carryOut({ ground, contract, journal, view, options, declaredLost: false });
}

async function start(
  ground: Ground,
  contract: Contract,
  stored: StoredJournal | null,
  options: FailoverOptions,
  view: View,
): Promise<FailoverResult> {
  const startedAt = new Date();
  view.step(regionLossStep('assess'), 'running', '');
  const assessment = await assessed(ground, contract, options, view);
  const record = newJournal(ground, assessment, stored, startedAt, options);
  const lost =
    assessment.signOfLife === null ? '' : ` Site ${ground.from} still gives signs of life: ${assessment.signOfLife}.`;
  const summary = `${detailOf(assessment.losses)}.${lost} Epoch ${String(record.epoch)} would be claimed for ${ground.to}.`;
  if (options.dryRun) return planned(ground.to, record, summary, view);
  await options.approve(summary, options.signal);
  const journal = await openJournal(ground, stored, record);
  return await carryOut({ ground, contract, journal, view, options, declaredLost: assessment.signOfLife !== null });
}

async function assessed(ground: Ground, contract: Contract, options: FailoverOptions, view: View): Promise<Assessment> {
  try {
    const assessment = await assess(ground, contract, options.declareLost !== null, options.signal);
    for (const loss of assessment.losses) judgeLoss(loss, objectiveOf(loss.dataset), options.acceptLoss);
    view.step(regionLossStep('assess'), 'done', detailOf(assessment.losses));
    return assessment;
  } catch (error) {
    view.step(regionLossStep('assess'), 'failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}

const detailOf = (losses: readonly Loss[]): string => losses.map(({ detail }) => detail).join('; ');

const objectiveOf = (dataset: string): Duration => regionLossObjective(promisedDataset(dataset).tier).rpo;

/** An incident that has got no further than a part of its fence keeps its name, and its epoch if nobody else has it. */
function newJournal(
  ground: Ground,
  { losses, roles }: Assessment,
  stored: StoredJournal | null,
  startedAt: Date,
  options: FailoverOptions,
): NewJournal & Pick<JournalRecord, 'steps'> {
  const before = stored?.record.finishedAt === null ? stored.record : null;
  const incident =
    options.declareLost ?? before?.incident ?? `region-loss-${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  const highest = nextEpoch(roles) - 1;
  const isOurs = valuesOf(roles).some(
    (role) => role.epoch === highest && role.incident === incident && role.activeSite === ground.to,
  );
  const now = new Date().toISOString();
  const detail = detailOf(losses);
  return {
    incident,
    cause: 'region-loss',
    from: ground.from,
    to: ground.to,
    epoch: isOurs ? highest : highest + 1,
    startedAt: before?.incident === incident ? before.startedAt : startedAt.toISOString(),
    lossSeconds: worstOf(losses),
    steps: [{ id: 'assess', startedAt: startedAt.toISOString(), endedAt: now, outcome: 'done', detail }],
  };
}

async function openJournal(
  ground: Ground,
  stored: StoredJournal | null,
  record: ReturnType<typeof newJournal>,
): Promise<Journal> {
  const takesOver = stored?.record.finishedAt === null;
  const journal = takesOver
    ? await Journal.takeOver(ground.own, stored)
    : await Journal.begin(ground.own, record, stored);
  await journal.change(record);
  return journal;
}

async function carryOut(
  run: Omit<Run, 'steps' | 'procedure'> & { readonly options: FailoverOptions },
): Promise<FailoverResult> {
  const { ground, journal, view, options } = run;
  try {
    await runSteps({ ...run, steps: stepsTowards(ground.to), procedure }, options.signal);
    await journal.change({ finishedAt: new Date().toISOString() });
  } finally {
    await journal.release();
  }
  const { incident, epoch, lossSeconds } = journal.record;
  const ownWorkSeconds = ownWork(journal.record);
  const result: FailoverResult = { outcome: 'done', incident, epoch, lossSeconds, ownWorkSeconds };
  view.result(result);
  return result;
}

/** Seconds of the steps up to the redirection, without the pauses of interrupted runs. */
function ownWork({ steps }: JournalRecord): number | null {
  const redirected = steps.findIndex((step) => step.id === 'redirect' && step.outcome === 'done');
  if (redirected === -1) return null;
  return steps
    .slice(0, redirected + 1)
    .reduce((sum, step) => sum + (Date.parse(step.endedAt ?? step.startedAt) - Date.parse(step.startedAt)) / 1_000, 0);
}

function planned(
  to: Site,
  record: Pick<JournalRecord, 'incident' | 'epoch' | 'lossSeconds' | 'steps'>,
  summary: string,
  view: View,
): FailoverResult {
  view.line(summary);
  for (const step of stepsTowards(to)) {
    const done = record.steps.some(({ id, outcome }) => id === step.id && outcome === 'done');
    const past = step.irreversible === true ? ', irreversible' : '';
    view.line(`${done ? '✔' : '·'} ${step.title} (budget ${step.budget.toString()}${past}): ${step.check}`);
  }
  const { incident, epoch, lossSeconds } = record;
  const result: FailoverResult = { outcome: 'planned', incident, epoch, lossSeconds, ownWorkSeconds: null };
  view.result(result);
  return result;
}
