import { duration } from '../../recovery/duration';
import { RegionRefusal, type RegionCalls, type RegionStatus, type ServiceSpec } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import type { Runner } from './schedules';
import { RunningService, withinBounds, type Scaling, type ServiceParts } from './service';
import { Runs } from './runs';
import { TaskDefinitions } from './task-definitions';
import type { TaskSources } from './task-launch';
import type { Targets } from './targets';

type Calls =
  | 'registerTaskDefinition'
  | 'deregisterTaskDefinition'
  | 'putService'
  | 'deleteService'
  | 'setScaling'
  | 'runTask'
  | 'describeTask';

export interface TasksPart extends Part<Calls> {
  readonly runner: Runner;
}

interface State {
  services: Record<string, ServiceSpec>;
  scaling: Record<string, Scaling>;
}

/** Callers name a cluster or a service by name or by ARN. */
const lastSegment = (text: string): string => text.split('/').at(-1) ?? text;
const keyOf = (cluster: string, service: string): string => `${lastSegment(cluster)}/${lastSegment(service)}`;

/**
 * The region's ECS: services are processes, and what they need comes from this region alone.
 * @param steadyLimit how long new tasks may take to get healthy.
 */
export function tasks(
  context: RegionContext,
  targets: Targets,
  sources: TaskSources,
  steadyLimit = duration('120s'),
): TasksPart {
  const definitions = new TaskDefinitions(context);
  const fleet = new Fleet({ context, definitions, targets, sources, steadyLimit });
  const runs = new Runs(context, definitions, sources);
  return {
    runner: runs,
    calls: {
      registerTaskDefinition: (definition) => Promise.resolve(definitions.register(definition)),
      deregisterTaskDefinition: ({ arn }) => {
        definitions.deregister(arn);
        return Promise.resolve({});
      },
      putService: (spec) => fleet.put(spec),
      deleteService: ({ cluster, name }) => fleet.remove(keyOf(cluster, name)),
      setScaling: (params) => fleet.scale(params),
      runTask: async (params) => Promise.resolve({ arn: runs.start(params) }),
      describeTask: ({ arn }) => Promise.resolve(runs.find(arn)),
    },
    start: () => {
      fleet.resume();
      runs.closeInterrupted();
      return Promise.resolve();
    },
    status: () => [...fleet.status(), ...runs.status()],
    stop: async () => {
      await Promise.all([fleet.stop(), runs.stop()]);
    },
  };
}

/** A service that is wished and that this machine cannot run stands in the list, and never as running. */
function absent(service: RunningService): RegionStatus['parts'] {
  const { notRun, spec } = service;
  if (notRun === null || spec.desiredCount === 0) return [];
  return [{ kind: 'task', name: spec.name, state: 'stopped', pid: null, detail: `not run on this machine: ${notRun}` }];
}

function underWay({ phase, spec }: RunningService): RegionStatus['parts'] {
  if (phase === null) return [];
  return [{ kind: 'deployment', name: spec.name, state: 'starting', pid: null, detail: phase }];
}

class Fleet {
  private readonly state: State;
  private readonly services = new Map<string, RunningService>();

  constructor(private readonly parts: ServiceParts) {
    this.state = parts.context.load<State>('services', { services: {}, scaling: {} });
  }

  /** Services that ran before this supervisor did; they come up beside its other work. */
  resume(): void {
    for (const [key, spec] of Object.entries(this.state.services)) this.inBackground(this.service(key, spec));
  }

  async put(spec: ServiceSpec): Promise<{ runningCount: number }> {
    this.parts.definitions.get(spec.taskDefinition);
    const key = keyOf(spec.cluster, spec.name);
    const before = this.state.services[key];
    const service = this.wish(key, spec);
    if (!spec.waitForSteadyState) {
      this.inBackground(service);
      return { runningCount: service.running.length };
    }
    try {
      await service.settle();
    } catch (error) {
      // As the circuit breaker of ECS does: what ran before is what is wished again.
      if (before !== undefined) this.wish(key, before);
      throw error;
    }
    return { runningCount: service.running.length };
  }

  async remove(key: string): Promise<Record<string, never>> {
    const service = this.services.get(key);
    Reflect.deleteProperty(this.state.services, key);
    this.services.delete(key);
    this.save();
    if (service !== undefined) {
      service.spec = { ...service.spec, desiredCount: 0 };
      await service.settle();
    }
    return {};
  }

  async scale(params: RegionCalls['setScaling']['params']): Promise<Record<string, never>> {
    const key = keyOf(params.cluster, params.service);
    const scaling = params.min === null ? null : { min: params.min, max: params.max };
    if (scaling !== null && scaling.min > scaling.max) {
      throw new RegionRefusal('ValidationException', 'the minimum capacity is above the maximum');
    }
    if (scaling === null) Reflect.deleteProperty(this.state.scaling, key);
    else this.state.scaling[key] = scaling;
    this.save();
    const service = this.services.get(key);
    if (service !== undefined && scaling !== null) {
      this.wish(key, { ...service.spec, desiredCount: withinBounds(service.spec.desiredCount, scaling) });
      this.inBackground(service);
    }
    return Promise.resolve({});
  }

  status(): ReturnType<Part['status']> {
    return [...this.services.values()].flatMap((service) => [
      ...service.running.map((task) => ({
        kind: 'task',
        name: task.name,
        state: task.state,
        pid: task.pid,
        detail: [lastSegment(task.definition), task.endpoint?.port].filter((word) => word !== undefined).join(' port '),
      })),
      ...absent(service),
      ...underWay(service),
    ]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.services.values()].map((service) => service.stop()));
  }

  private wish(key: string, spec: ServiceSpec): RunningService {
    const service = this.service(key, spec);
    service.spec = spec;
    this.state.services[key] = spec;
    this.save();
    return service;
  }

  private service(key: string, spec: ServiceSpec): RunningService {
    let service = this.services.get(key);
    if (service === undefined) {
      service = new RunningService(this.parts, spec);
      this.services.set(key, service);
    }
    return service;
  }

  private inBackground(service: RunningService): void {
    service.settle().catch((error: unknown) => {
      this.parts.context.log(`service ${service.spec.name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  private save(): void {
    this.parts.context.save('services', this.state);
  }
}
