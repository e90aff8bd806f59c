import type { Duration } from '../../recovery/duration';

/** What the people in front of a drill see of it. Everything goes to stderr; stdout belongs to `--json`. */
export interface DrillView {
  /** A phase of the whole begins; the one before has ended. */
  phase(id: string): void;
  /** One line about what happens in the phase. */
  note(text: string): void;
  /** What is done this very moment; too much for a log. */
  detail(text: string): void;
  /** Bookings of the last second. */
  rate(second: { tried: number; acknowledged: number }): void;
  /** A step of the recovery changed. */
  step(run: { id: string; state: 'running' | 'done' | 'failed'; startedAt: number; endedAt: number | null }): void;
  end(): void;
}

export interface PhasePlan {
  readonly id: string;
  readonly title: string;
  /** How long it took the last times; for the estimate of the end only. */
  readonly expected: Duration;
}

export interface StepPlan {
  readonly id: string;
  readonly title: string;
  readonly budget: Duration;
}

interface Shown {
  startedAt: number;
  endedAt: number | null;
  failed: boolean;
}

/** Everything a frame is drawn from. Instants are Unix ms. */
export class DrillProgress {
  readonly phases = new Map<string, Shown>();
  readonly steps = new Map<string, Shown>();
  note = '';
  second = { tried: 0, acknowledged: 0 };

  constructor(
    readonly phasePlans: readonly PhasePlan[],
    readonly stepPlans: readonly StepPlan[],
  ) {}

  beginPhase(id: string, at: number): void {
    for (const phase of this.phases.values()) phase.endedAt ??= at;
    this.phases.set(id, { startedAt: at, endedAt: null, failed: false });
    this.note = '';
  }

  /** Expected time to the end in ms: what is left of the running phase, and the phases that have not begun. */
  remainingMs(now: number): number {
    return this.phasePlans.reduce((sum, plan) => {
      const shown = this.phases.get(plan.id);
      if (shown === undefined) return sum + plan.expected.ms;
      if (shown.endedAt !== null) return sum;
      return sum + Math.max(0, plan.expected.ms - (now - shown.startedAt));
    }, 0);
  }
}

export function clockText(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** The lines of one frame, without colour. */
export function frame(progress: DrillProgress, now: number): string[] {
  const lines = progress.phasePlans.flatMap((plan) => {
    const shown = progress.phases.get(plan.id);
    const line = `${markOf(shown)} ${plan.title.padEnd(46)} ${elapsed(shown, now)}`.trimEnd();
    const running = shown !== undefined && shown.endedAt === null;
    return running && progress.note !== '' ? [line, `    ${progress.note}`] : [line];
  });
  const steps = progress.stepPlans
    .filter((plan) => progress.steps.has(plan.id))
    .map((plan) => {
      const shown = progress.steps.get(plan.id);
      return `    ${markOf(shown)} ${plan.id.padEnd(9)} ${elapsed(shown, now).padStart(12)} of ${plan.budget.toString().padEnd(5)} ${plan.title}`;
    });
  const { tried, acknowledged } = progress.second;
  const bookings = `  bookings  ${String(acknowledged).padStart(4)}/s acknowledged  ${String(tried - acknowledged).padStart(4)}/s failed`;
  return [...lines, ...steps, bookings, `  about ${clockText(progress.remainingMs(now))} to go`];
}

function markOf(shown: Shown | undefined): string {
  if (shown === undefined) return '·';
  if (shown.failed) return '✗';
  return shown.endedAt === null ? '▸' : '✓';
}

function elapsed(shown: Shown | undefined, now: number): string {
  return shown === undefined ? '' : clockText((shown.endedAt ?? now) - shown.startedAt);
}
