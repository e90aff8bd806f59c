import type { JournalRecord } from '../../recovery/control';
import type { Step } from '../../recovery/scenario';
import type { RegionLossStep } from '../../recovery/scenarios/region-loss';
import type { StepWork, Takeover } from './takeover';

export interface Run extends Omit<Takeover, 'signal' | 'resumed'> {
  readonly steps: readonly Step<RegionLossStep>[];
  readonly procedure: Readonly<Partial<Record<RegionLossStep, StepWork>>>;
}

type Entry = JournalRecord['steps'][number];

function entryOf(record: JournalRecord, id: string): Entry | undefined {
  return record.steps.find((entry) => entry.id === id);
}

/** The steps with this one's entry in its place, or at the end when it is new. */
function withEntry(steps: readonly Entry[], entry: Entry): Entry[] {
  const known = steps.some(({ id }) => id === entry.id);
  return known ? steps.map((one) => (one.id === entry.id ? entry : one)) : [...steps, entry];
}

/**
 * Carries out every step that the journal does not call done, in order. What a step began is written
 * down before it begins, so that whoever comes after knows where to look.
 */
export async function runSteps(run: Run, cancel: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([cancel, run.journal.signal]);
  for (const step of run.steps) {
    const work = run.procedure[step.id];
    if (work === undefined) continue;
    signal.throwIfAborted();
    await runStep(run, step, work, signal);
  }
}

async function runStep(run: Run, step: Step<RegionLossStep>, work: StepWork, signal: AbortSignal): Promise<void> {
  const { journal, view } = run;
  const before = entryOf(journal.record, step.id);
  if (before?.outcome === 'done') {
    view.step(step, 'done', `${before.detail} (done before)`);
    return;
  }
  const startedAt = new Date().toISOString();
  const note = (outcome: Entry['outcome'], detail: string): Promise<void> => {
    const endedAt = outcome === 'running' ? null : new Date().toISOString();
    const entry = { id: step.id, startedAt, endedAt, outcome, detail };
    return journal.change({ steps: withEntry(journal.record.steps, entry) });
  };
  view.step(step, 'running', '');
  try {
    await note('running', '');
    const detail = await work({ ...run, signal, resumed: before !== undefined });
    await note('done', detail);
    view.step(step, 'done', detail);
  } catch (thrown) {
    // As in plan.ts: the reason of the abort, not the pause that noticed it.
    const error: unknown = signal.aborted ? signal.reason : thrown;
    const reason = error instanceof Error ? error.message : String(error);
    await note('failed', reason).catch(() => undefined);
    view.step(step, 'failed', reason);
    throw error;
  }
}
