import { cursorTo, moveCursor, clearScreenDown } from 'node:readline';
import type { WriteStream } from 'node:tty';
import { clockText, DrillProgress, frame, type DrillView, type PhasePlan, type StepPlan } from './view';

const frameMs = 250;
const plainRateMs = 10_000;

type StepChange = Parameters<DrillView['step']>[0];

function apply(progress: DrillProgress, run: StepChange): void {
  progress.steps.set(run.id, { startedAt: run.startedAt, endedAt: run.endedAt, failed: run.state === 'failed' });
}

/** Redraws a small block in place, four times a second. */
export class LiveView implements DrillView {
  private readonly progress: DrillProgress;
  private readonly timer: NodeJS.Timeout;
  private drawn = 0;

  constructor(
    private readonly out: WriteStream,
    phases: readonly PhasePlan[],
    steps: readonly StepPlan[],
  ) {
    this.progress = new DrillProgress(phases, steps);
    this.timer = setInterval(() => {
      this.draw();
    }, frameMs);
    this.timer.unref();
  }

  phase(id: string): void {
    this.progress.beginPhase(id, Date.now());
  }
  note(text: string): void {
    this.progress.note = text;
  }
  detail(text: string): void {
    this.progress.note = text;
  }
  rate(second: { tried: number; acknowledged: number }): void {
    this.progress.second = second;
  }
  step(run: StepChange): void {
    apply(this.progress, run);
  }
  end(): void {
    clearInterval(this.timer);
    for (const phase of this.progress.phases.values()) phase.endedAt ??= Date.now();
    this.progress.note = '';
    this.draw();
  }

  private draw(): void {
    // A line that wraps would be two lines on the screen, and the next frame would start one too low.
    const lines = frame(this.progress, Date.now()).map((line) => line.slice(0, this.out.columns - 1));
    if (this.drawn > 0) moveCursor(this.out, 0, -this.drawn);
    cursorTo(this.out, 0);
    clearScreenDown(this.out);
    this.out.write(`${lines.join('\n')}\n`);
    this.drawn = lines.length;
  }
}

/** A line per event, for logs and pipes. */
export class PlainView implements DrillView {
  private readonly progress: DrillProgress;
  private readonly beganAt = Date.now();
  private lastRateAt = 0;

  constructor(
    private readonly out: NodeJS.WritableStream,
    phases: readonly PhasePlan[],
    private readonly stepPlans: readonly StepPlan[],
  ) {
    this.progress = new DrillProgress(phases, stepPlans);
  }

  phase(id: string): void {
    this.progress.beginPhase(id, Date.now());
    const plan = this.progress.phasePlans.find((candidate) => candidate.id === id);
    this.line(`${plan?.title ?? id} (about ${clockText(this.progress.remainingMs(Date.now()))} to go)`);
  }
  note(text: string): void {
    this.line(`  ${text}`);
  }
  detail(): void {
    // Left out on purpose.
  }
  rate(second: { tried: number; acknowledged: number }): void {
    if (Date.now() - this.lastRateAt < plainRateMs) return;
    this.lastRateAt = Date.now();
    const { tried, acknowledged } = second;
    this.line(`  bookings: ${String(acknowledged)}/s acknowledged, ${String(tried - acknowledged)}/s failed`);
  }
  step(run: StepChange): void {
    apply(this.progress, run);
    const plan = this.stepPlans.find((candidate) => candidate.id === run.id);
    const took =
      run.endedAt === null
        ? ''
        : ` after ${clockText(run.endedAt - run.startedAt)} of ${plan?.budget.toString() ?? '?'}`;
    this.line(`  step ${run.id} ${run.state}${took}: ${plan?.title ?? ''}`);
  }
  end(): void {
    this.line('over');
  }

  private line(text: string): void {
    this.out.write(`${clockText(Date.now() - this.beganAt).padStart(12)}  ${text}\n`);
  }
}

export function viewOf(out: WriteStream, phases: readonly PhasePlan[], steps: readonly StepPlan[]): DrillView {
  return out.isTTY ? new LiveView(out, phases, steps) : new PlainView(out, phases, steps);
}
