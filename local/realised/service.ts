import type { Duration } from '../../recovery/duration';
import { RegionRefusal, type ServiceSpec } from '../api';
import type { RegionContext } from '../supervisor/part';
import { Task, type SecretSource } from './task';
import type { TaskDefinitions } from './task-definitions';
import type { Targets } from './targets';

const stopGraceMs = 10_000;

export interface Scaling {
  readonly min: number;
  readonly max: number;
}

/** What services are made of. */
export interface ServiceParts {
  readonly context: RegionContext;
  readonly definitions: TaskDefinitions;
  readonly targets: Targets;
  readonly secrets: SecretSource;
  /** How long new tasks may take to get healthy. */
  readonly steadyLimit: Duration;
}

/** A service keeps the wished number of tasks of one definition running, and in the load balancer. */
export class RunningService {
  private tasks: readonly Task[] = [];
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: ServiceParts,
    public spec: ServiceSpec,
    public scaling: Scaling | null,
  ) {}

  get running(): readonly Task[] {
    return this.tasks;
  }

  /** Application Auto Scaling raises a service below its bounds, and lowers one above them. */
  get wished(): number {
    const { desiredCount } = this.spec;
    if (this.scaling === null) return desiredCount;
    return Math.min(Math.max(desiredCount, this.scaling.min), Math.max(this.scaling.max, this.scaling.min));
  }

  /**
   * Starts what is missing, waits until it is healthy, and only then drains what is too much or old.
   * When the new tasks do not get healthy within the limit they go, and the old ones stay.
   * @throws RegionRefusal ServiceNotSteady with the last log lines.
   */
  settle(): Promise<void> {
    return this.inTurn(async () => {
      const current = this.tasks.filter((task) => task.definition === this.spec.taskDefinition);
      const missing = Math.max(0, this.wished - current.length);
      await this.add(missing);
      const keep = new Set(
        this.tasks.filter((task) => task.definition === this.spec.taskDefinition).slice(0, this.wished),
      );
      await Promise.all(this.tasks.filter((task) => !keep.has(task)).map((task) => this.drain(task)));
    });
  }

  /** Ends everything without draining: the region goes down, or the service is deleted. */
  async stop(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop(2_000)));
    this.tasks = [];
  }

  private async add(count: number): Promise<void> {
    const deadline = AbortSignal.timeout(this.parts.steadyLimit.ms);
    const started = await Promise.allSettled(Array.from({ length: count }, () => this.startOne(deadline)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    const fresh = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    await Promise.all(fresh.map((task) => this.drain(task)));
    throw failed.reason;
  }

  private async startOne(deadline: AbortSignal): Promise<Task> {
    const { context, definitions, targets, secrets } = this.parts;
    const { taskDefinition: arn, name, targetGroup } = this.spec;
    const task = await Task.start(context, name, { arn, content: definitions.get(arn) }, secrets);
    this.tasks = [...this.tasks, task];
    try {
      if (targetGroup !== null && task.endpoint !== null) {
        await targets.register(targetGroup.arn, task.endpoint, deadline);
      }
      return task;
    } catch (error) {
      await this.drain(task);
      if (!deadline.aborted) throw error;
      const limit = this.parts.steadyLimit.toString();
      throw new RegionRefusal('ServiceNotSteady', `${task.name} is not healthy after ${limit}:\n${task.lastWords}`);
    }
  }

  private async drain(task: Task): Promise<void> {
    const { targetGroup } = this.spec;
    if (targetGroup !== null && task.endpoint !== null) {
      await this.parts.targets.deregister(targetGroup.arn, task.endpoint);
    }
    await task.stop(stopGraceMs);
    this.tasks = this.tasks.filter((other) => other !== task);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}
