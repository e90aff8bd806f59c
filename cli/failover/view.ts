import type { Step } from '../../recovery/scenario';
import { paint } from '../output';

export type StepState = 'running' | 'done' | 'failed';

export interface FailoverResult {
  readonly outcome: 'done' | 'planned';
  readonly incident: string;
  readonly epoch: number;
  readonly lossSeconds: number | null;
  /** Seconds of the steps from assess to redirect; null while they are not all done. */
  readonly ownWorkSeconds: number | null;
}

/** Where a failover shows how far it is. */
export interface View {
  step(step: Step, state: StepState, detail: string): void;
  /** What goes on inside the running step. */
  progress(text: string): void;
  line(text: string): void;
  result(result: FailoverResult): void;
}

/** One JSON object a line on stdout. */
export class JsonView implements View {
  step(step: Step, state: StepState, detail: string): void {
    this.print({ event: 'step', id: step.id, state, at: new Date().toISOString(), detail });
  }

  progress(): void {
    // Not part of the promise to machines: the words are Pulumi's.
  }

  line(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  result(result: FailoverResult): void {
    this.print({ event: 'result', ...result });
  }

  private print(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }
}

/** Lines for people on stderr: the running step with its budget, rewritten in place on a terminal. */
export class HumanView implements View {
  private running: { step: Step; since: number; text: string } | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    this.timer = setInterval(() => {
      this.redraw();
    }, 500);
    this.timer.unref();
  }

  step(step: Step, state: StepState, detail: string): void {
    if (state === 'running') {
      this.running = { step, since: Date.now(), text: detail };
      if (this.stream.isTTY) this.redraw();
      else this.line(`… ${step.title} (budget ${step.budget.toString()})`);
      return;
    }
    const took = this.running === null ? '' : ` ${elapsed(this.running.since)} of ${step.budget.toString()}`;
    this.running = null;
    const mark = state === 'done' ? paint('✔', 'green', this.stream) : paint('✘', 'red', this.stream);
    this.line(`${mark} ${step.title}${paint(took, 'dim', this.stream)}${detail === '' ? '' : `\n    ${detail}`}`);
  }

  progress(text: string): void {
    if (this.running !== null) this.running.text = text;
    this.redraw();
  }

  line(text: string): void {
    this.stream.write(`${this.clear()}${text}\n`);
    this.redraw();
  }

  result(result: FailoverResult): void {
    clearInterval(this.timer);
    this.running = null;
    if (result.outcome === 'planned') return;
    const own = result.ownWorkSeconds === null ? '' : `, own work ${result.ownWorkSeconds.toFixed(1)} s`;
    const loss = result.lossSeconds === null ? 'unmeasured' : `${result.lossSeconds.toFixed(1)} s`;
    this.line(paint(`Incident ${result.incident}: loss ${loss}, epoch ${String(result.epoch)}${own}.`, 'bold'));
  }

  private clear(): string {
    return this.stream.isTTY ? '\r\u001b[2K' : '';
  }

  private redraw(): void {
    if (this.running === null || !this.stream.isTTY) return;
    const { step, since, text } = this.running;
    const head = `… ${step.title}  ${elapsed(since)} of ${step.budget.toString()}`;
    const width = Math.max(20, this.stream.columns - 1);
    this.stream.write(`${this.clear()}${`${head}  ${text}`.slice(0, width)}`);
  }
}

function elapsed(since: number): string {
  return `${((Date.now() - since) / 1_000).toFixed(1)}s`;
}
