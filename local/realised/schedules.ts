import { RegionRefusal, type RegionCalls, type RegionStatus, type RunState, type ScheduleSpec } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import { RegionClock } from './clock';
import { nextFiring } from './schedule-expression';

type Calls = 'putScheduleGroup' | 'deleteScheduleGroup' | 'putSchedule' | 'deleteSchedule';

/** Who starts the task of a schedule; the region's ECS. */
export interface Runner {
  /** @throws RegionRefusal when there is no such definition. */
  start(params: RegionCalls['runTask']['params']): string;
  find(arn: string): RunState | null;
}

interface Schedule {
  readonly spec: ScheduleSpec;
  readonly createdAt: string;
  /** Tasks of the last firing. */
  readonly lastRuns: readonly string[];
  readonly lastFiredAt: string | null;
  /** Why the last firing started nothing. */
  readonly failure: string | null;
}

interface State {
  readonly groups: readonly string[];
  readonly schedules: Readonly<Record<string, Schedule>>;
}

const keyOf = (group: string, name: string): string => `${group}/${name}`;

/**
 * The region's EventBridge Scheduler: cron, rate and one-time schedules that start one-off tasks. What was
 * missed while the region was away is not made up for. Its clock runs as fast as the machine's DNS clock.
 */
class Scheduler {
  private state: State;
  private readonly clock: RegionClock;
  /** How to give up what each schedule waits for. */
  private readonly waits = new Map<string, () => void>();

  constructor(
    private readonly context: RegionContext,
    private readonly runner: Runner,
  ) {
    this.state = context.load<State>('schedules', { groups: ['default'], schedules: {} });
    this.clock = new RegionClock(context);
  }

  resume(): void {
    for (const key of Object.keys(this.state.schedules)) this.wait(key);
  }

  stop(): void {
    for (const key of [...this.waits.keys()]) this.giveUp(key);
  }

  putGroup(name: string): { arn: string } {
    this.keep({ ...this.state, groups: [...new Set([...this.state.groups, name])] });
    return { arn: this.arn('schedule-group', name) };
  }

  /** With everything in it, as EventBridge does. */
  removeGroup(name: string): void {
    if (name === 'default') throw new RegionRefusal('ValidationException', 'the default group cannot be deleted');
    for (const { spec } of Object.values(this.state.schedules)) if (spec.group === name) this.remove(name, spec.name);
    this.keep({ ...this.state, groups: this.state.groups.filter((group) => group !== name) });
  }

  put(spec: ScheduleSpec): { arn: string } {
    if (!this.state.groups.includes(spec.group)) {
      throw new RegionRefusal('ResourceNotFoundException', `Schedule group ${spec.group} does not exist.`);
    }
    nextFiring(spec.expression, spec.timezone, this.clock.now());
    const key = keyOf(spec.group, spec.name);
    const fresh = { createdAt: this.clock.now().toISOString(), lastRuns: [], lastFiredAt: null, failure: null };
    this.change(key, { ...fresh, ...this.state.schedules[key], spec });
    this.wait(key);
    return { arn: this.arn('schedule', key) };
  }

  remove(group: string, name: string): void {
    const key = keyOf(group, name);
    this.giveUp(key);
    const schedules = { ...this.state.schedules };
    Reflect.deleteProperty(schedules, key);
    this.keep({ ...this.state, schedules });
  }

  status(): RegionStatus['parts'] {
    return Object.entries(this.state.schedules).map(([name, schedule]) => ({
      kind: 'schedule',
      name,
      state: schedule.spec.enabled ? ('running' as const) : ('stopped' as const),
      pid: null,
      detail: [schedule.spec.expression, this.lastOf(schedule), this.nextOf(schedule)].join('; '),
    }));
  }

  private lastOf({ lastFiredAt, lastRuns, failure }: Schedule): string {
    if (lastFiredAt === null) return 'never fired';
    const runs = lastRuns.map((arn) => this.runner.find(arn));
    const words = runs.map((run) => {
      if (run === null) return 'forgotten';
      if (run.stoppedAt === null) return 'runs';
      return run.exitCode === null ? (run.stoppedReason ?? 'stopped') : `exit code ${String(run.exitCode)}`;
    });
    return `last ${lastFiredAt}: ${failure ?? words.join(', ')}`;
  }

  private nextOf(schedule: Schedule): string {
    if (!schedule.spec.enabled) return 'disabled';
    const next = this.next(schedule);
    return next === null ? 'never again' : `next ${next.toISOString()}${this.clock.note}`;
  }

  /** Strictly after now and after the last firing: no kill makes one instant fire twice. */
  private next({ spec, createdAt, lastFiredAt }: Schedule): Date | null {
    const next = nextFiring(spec.expression, spec.timezone, new Date(spec.start ?? createdAt));
    const bounds = [
      this.clock.now(),
      ...[lastFiredAt, spec.start].flatMap((text) => (text === null ? [] : [new Date(text)])),
    ];
    const found = next(new Date(Math.max(...bounds.map(Number))));
    return found !== null && spec.end !== null && found > new Date(spec.end) ? null : found;
  }

  private wait(key: string): void {
    this.giveUp(key);
    const schedule = this.state.schedules[key];
    const due = schedule?.spec.enabled === true ? this.next(schedule) : null;
    if (due === null) return;
    const fire = (): void => {
      this.fire(key, due);
      this.wait(key);
    };
    this.waits.set(key, this.clock.at(due, fire));
  }

  private giveUp(key: string): void {
    this.waits.get(key)?.();
    this.waits.delete(key);
  }

  private fire(key: string, due: Date): void {
    const schedule = this.state.schedules[key];
    if (schedule === undefined) return;
    // Written down first: a kill between the two loses one firing, as a dead region does, and repeats none.
    const fired = { ...schedule, lastFiredAt: due.toISOString(), lastRuns: [], failure: null };
    this.change(key, fired);
    const { taskCount, ...target } = schedule.spec.target;
    try {
      const start = () => this.runner.start({ ...target, startedBy: `schedule ${key}` });
      this.change(key, { ...fired, lastRuns: Array.from({ length: taskCount }, start) });
    } catch (error) {
      this.change(key, { ...fired, failure: error instanceof Error ? error.message : String(error) });
    }
  }

  private arn(kind: string, name: string): string {
    return `arn:aws:scheduler:${this.context.region}:${this.context.machine.file.accountId}:${kind}/${name}`;
  }

  private change(key: string, schedule: Schedule): void {
    this.keep({ ...this.state, schedules: { ...this.state.schedules, [key]: schedule } });
  }

  private keep(state: State): void {
    this.state = state;
    this.context.save('schedules', state);
  }
}

export function schedules(context: RegionContext, runner: Runner): Part<Calls> {
  const scheduler = new Scheduler(context, runner);
  return {
    calls: {
      putScheduleGroup: ({ name }) => Promise.resolve(scheduler.putGroup(name)),
      deleteScheduleGroup: async ({ name }) => {
        scheduler.removeGroup(name);
        return Promise.resolve({});
      },
      putSchedule: async (spec) => Promise.resolve(scheduler.put(spec)),
      deleteSchedule: ({ group, name }) => {
        scheduler.remove(group, name);
        return Promise.resolve({});
      },
    },
    start: () => {
      scheduler.resume();
      return Promise.resolve();
    },
    status: () => scheduler.status(),
    stop: () => {
      scheduler.stop();
      return Promise.resolve();
    },
  };
}
