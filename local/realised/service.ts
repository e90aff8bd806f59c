import type { Duration } from '../../recovery/duration';
import { RegionRefusal, type BlueGreen, type ServiceSpec } from '../api';
import type { RegionContext } from '../supervisor/part';
import { bake, bakePhase } from './bake';
import { notRunHere } from './images';
import { Task } from './task';
import type { TaskDefinitions } from './task-definitions';
import type { TaskSources } from './task-launch';
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
  readonly sources: TaskSources;
  /** How long new tasks may take to get healthy. */
  readonly steadyLimit: Duration;
}

/**
 * What Application Auto Scaling makes of a wish when it learns its bounds. Later an update of the service
 * may go below them, which is how a site is put to sleep.
 */
export function withinBounds(desired: number, { min, max }: Scaling): number {
  return Math.min(Math.max(desired, min), Math.max(max, min));
}

/** A service keeps the wished number of tasks of one definition running, and in the load balancer. */
export class RunningService {
  /** What a deployment waits for, for people; null when none is under way. */
  phase: string | null = null;
  private tasks: readonly Task[] = [];
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly parts: ServiceParts,
    public spec: ServiceSpec,
  ) {}

  get running(): readonly Task[] {
    return this.tasks;
  }

  /** Why this machine runs no task of the service, though the region wishes some. */
  get notRun(): string | null {
    const [container] = this.parts.definitions.get(this.spec.taskDefinition).containers;
    return container === undefined ? null : notRunHere(container.image);
  }

  /**
   * Starts what is missing, waits until it is healthy, and only then drains what is too much or old.
   * When the new tasks do not get healthy within the limit they go, and the old ones stay.
   * @throws RegionRefusal ServiceNotSteady with the last log lines.
   */
  settle(): Promise<void> {
    return this.inTurn(async () => {
      const wished = this.notRun === null ? this.spec.desiredCount : 0;
      const current = this.tasks.filter((task) => this.isCurrent(task));
      const missing = Math.max(0, wished - current.length);
      const { blueGreen = null } = this.spec;
      // Where nothing is replaced there is nothing to compare with: a service that is raised from none is up at once.
      if (blueGreen !== null && missing > 0 && current.length < this.tasks.length) await this.shift(blueGreen, missing);
      else await this.add(missing, this.productionGroup);
      const keep = new Set(this.tasks.filter((task) => this.isCurrent(task)).slice(0, wished));
      await this.drainAll(this.tasks.filter((task) => !keep.has(task)));
    });
  }

  /** Ends everything without draining: the region goes down, or the service is deleted. */
  async stop(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop(2_000)));
    this.tasks = [];
  }

  private isCurrent(task: Task): boolean {
    return task.definition === this.spec.taskDefinition;
  }

  /** Where the guests are. */
  private get productionGroup(): string | null {
    const { targetGroup, blueGreen = null } = this.spec;
    if (targetGroup === null || blueGreen === null) return targetGroup?.arn ?? null;
    const { productionRule, alternateTargetGroup } = blueGreen;
    return this.parts.targets.leadsTo(productionRule, alternateTargetGroup) ? alternateTargetGroup : targetGroup.arn;
  }

  /** New tasks in the other target group; then all guests go there; then the old tasks stand by for a while. */
  private async shift(blueGreen: BlueGreen, count: number): Promise<void> {
    const { targets } = this.parts;
    const { alternateTargetGroup, productionRule, testRule } = blueGreen;
    const blue = this.productionGroup;
    const green = blue === alternateTargetGroup ? (this.spec.targetGroup?.arn ?? null) : alternateTargetGroup;
    if (blue === null || green === null) throw new Error(`${this.spec.name} is in no load balancer`);
    await this.add(count, green);
    if (testRule !== null) await targets.lead(testRule, green);
    await targets.lead(productionRule, green);
    const fresh = this.tasks.filter((task) => this.isCurrent(task));
    try {
      this.phase = bakePhase(blueGreen);
      await bake(fresh, blueGreen);
    } catch (error) {
      await targets.lead(productionRule, blue);
      await this.drainAll(fresh);
      throw error;
    } finally {
      this.phase = null;
    }
  }

  private async add(count: number, group: string | null): Promise<void> {
    const deadline = AbortSignal.timeout(this.parts.steadyLimit.ms);
    const started = await Promise.allSettled(Array.from({ length: count }, () => this.startOne(group, deadline)));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    await this.drainAll(started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
    throw failed.reason;
  }

  private async startOne(group: string | null, deadline: AbortSignal): Promise<Task> {
    const { context, definitions, targets, sources } = this.parts;
    const { taskDefinition: arn, name } = this.spec;
    const task = await Task.start(context, name, { arn, content: definitions.get(arn) }, sources, group);
    this.tasks = [...this.tasks, task];
    try {
      if (task.group !== null && task.endpoint !== null) await targets.register(task.group, task.endpoint, deadline);
      return task;
    } catch (error) {
      await this.drain(task);
      if (!deadline.aborted) throw error;
      const limit = this.parts.steadyLimit.toString();
      throw new RegionRefusal('ServiceNotSteady', `${task.name} is not healthy after ${limit}:\n${task.lastWords}`);
    }
  }

  private async drainAll(tasks: readonly Task[]): Promise<void> {
    await Promise.all(tasks.map((task) => this.drain(task)));
  }

  private async drain(task: Task): Promise<void> {
    if (task.group !== null && task.endpoint !== null) {
      await this.parts.targets.deregister(task.group, task.endpoint);
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
