import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { RegionRefusal, type RegionCalls } from '../api';
import type { Part, RegionContext } from '../supervisor/part';
import { Haproxy, presentedCertificate } from './haproxy';
import { groupsInUse, loadBalancerConfig, type Listener, type TargetGroup } from './load-balancer-config';
import { checkPriority, chosenGroup, ruleCommand, ruleMap, type Rule } from './load-balancer-rules';
import { writeOwned } from './owned-file';
import { Places, untilHealthy, type Targets } from './targets';

type Calls =
  | 'putLoadBalancer'
  | 'deleteLoadBalancer'
  | 'putTargetGroup'
  | 'deleteTargetGroup'
  | 'putListener'
  | 'deleteListener'
  | 'putListenerRule'
  | 'deleteListenerRule';

interface State {
  loadBalancers: string[];
  groups: TargetGroup[];
  listeners: Listener[];
  rules: Rule[];
}

export interface LoadBalancerPart extends Part<Calls> {
  readonly targets: Targets;
}

/** Something of a fixed length that is the same for the same name: AWS puts such a thing into its names. */
function mark(length: number, ...names: readonly string[]): string {
  return createHash('sha256').update(names.join('/')).digest('hex').slice(0, length);
}

/** The part of an ARN that is a person's name: callers hand over names and ARNs alike. */
function nameIn(text: string): string {
  const resource = text.startsWith('arn:') ? text.split(':').slice(5).join(':') : text;
  return /^(?:targetgroup|(?:loadbalancer|listener)\/app)\/([^/]+)\//.exec(resource)?.[1] ?? resource;
}

/** Everything after the account in an Elastic Load Balancing ARN, by convention. */
function arnOf(context: RegionContext, resource: string): string {
  return `arn:aws:elasticloadbalancing:${context.region}:${context.machine.file.accountId}:${resource}`;
}

const others = <T extends { readonly name: string }>(list: readonly T[], name: string): T[] =>
  list.filter((item) => item.name !== name);

/** The region's load balancers: HAProxy on the region's address, started with the first listener. */
export function loadBalancer(context: RegionContext): LoadBalancerPart {
  const state = context.load<State>('load-balancer', { loadBalancers: [], groups: [], listeners: [], rules: [] });
  const haproxy = new Haproxy(context, 'load balancer', 'lb', 4_000);
  const places = new Places(haproxy);
  return {
    calls: {
      ...balancerCalls(context, state),
      ...groupCalls(context, state, places, () => settle(context, state, haproxy, places)),
      ...listenerCalls(context, state, () => settle(context, state, haproxy, places)),
      ...ruleCalls(context, state, () => settle(context, state, haproxy, places)),
    },
    targets: targetsOf(context, state, haproxy, places),
    start: () => settle(context, state, haproxy, places),
    status: () =>
      state.listeners.map((listener) => ({
        kind: 'load balancer',
        name: listener.loadBalancer,
        state: haproxy.state,
        pid: haproxy.pid,
        detail: `${context.address}:${String(listener.port)} -> ${seats(places, groupsInUse(state))}`,
      })),
    stop: () => haproxy.stop(),
  };
}

function seats(places: Places, groups: ReadonlySet<string>): string {
  const targets = [...groups].flatMap((group) => places.of(group)).filter((target) => target !== null);
  return targets.length === 0 ? 'no targets' : targets.map((target) => String(target.port)).join(', ');
}

function configOf(context: RegionContext, state: State, places: Places): string {
  return loadBalancerConfig({
    address: context.address,
    domain: context.machine.file.domain,
    certificate: presentedCertificate(context, context.folder('lb')),
    listeners: state.listeners,
    rules: state.rules,
    ruleMap: mapFile(context),
    groups: state.groups,
    places: (group) => places.of(group),
  });
}

const mapFile = (context: RegionContext): string => path.join(context.folder('lb'), 'rules.map');

/** Brings the running HAProxy to what the state says, and keeps the state. */
async function settle(context: RegionContext, state: State, haproxy: Haproxy, places: Places): Promise<void> {
  context.save('load-balancer', state);
  writeOwned(mapFile(context), ruleMap(state.rules));
  const first = state.listeners[0];
  if (first === undefined) await haproxy.stop();
  else await haproxy.apply(configOf(context, state, places), { host: context.address, port: first.port });
}

function targetsOf(context: RegionContext, state: State, haproxy: Haproxy, places: Places): Targets {
  const remember = (): void => {
    if (haproxy.running) haproxy.remember(configOf(context, state, places));
  };
  return {
    register: async (targetGroup, target, signal) => {
      const group = state.groups.find(({ name }) => name === nameIn(targetGroup));
      if (group === undefined) throw new RegionRefusal('TargetGroupNotFound', `no target group ${targetGroup}`);
      await untilHealthy(target, group.healthPath, signal);
      await places.enter(group.name, target);
      remember();
    },
    deregister: async (targetGroup, target) => {
      await places.leave(nameIn(targetGroup), target);
      remember();
    },
    leadsTo: (rule, targetGroup) => ruleOf(state, rule).chosen === nameIn(targetGroup),
    lead: async (arn, targetGroup) => {
      const rule = { ...ruleOf(state, arn), chosen: nameIn(targetGroup) };
      state.rules = state.rules.map((other) => (other.arn === arn ? rule : other));
      context.save('load-balancer', state);
      writeOwned(mapFile(context), ruleMap(state.rules));
      if (haproxy.running) await haproxy.command(ruleCommand(mapFile(context), rule));
    },
  };
}

function ruleOf(state: State, arn: string): Rule {
  const found = state.rules.find((rule) => rule.arn === arn);
  if (found === undefined) throw new RegionRefusal('RuleNotFound', `no listener rule ${arn}`);
  return found;
}

function balancerCalls(
  context: RegionContext,
  state: State,
): Pick<Part<Calls>['calls'], 'putLoadBalancer' | 'deleteLoadBalancer'> {
  return {
    putLoadBalancer: async ({ name }) => {
      if (!state.loadBalancers.includes(name)) state.loadBalancers.push(name);
      context.save('load-balancer', state);
      const digits = String(parseInt(mark(12, context.region, name), 16) % 1e10).padStart(10, '0');
      return Promise.resolve({
        arn: arnOf(context, `loadbalancer/app/${name}/${mark(16, context.region, name)}`),
        dnsName: `${name}-${digits}.${context.region}.elb.amazonaws.com`,
        address: context.address,
      });
    },
    deleteLoadBalancer: async (params) => {
      const name = nameIn(params.name);
      if (state.listeners.some((listener) => listener.loadBalancer === name)) {
        throw new RegionRefusal('ResourceInUse', `load balancer ${name} has listeners`);
      }
      state.loadBalancers = state.loadBalancers.filter((other) => other !== name);
      context.save('load-balancer', state);
      return Promise.resolve({});
    },
  };
}

function groupCalls(
  context: RegionContext,
  state: State,
  places: Places,
  settled: () => Promise<void>,
): Pick<Part<Calls>['calls'], 'putTargetGroup' | 'deleteTargetGroup'> {
  return {
    putTargetGroup: async (group) => {
      const before = state.groups.find(({ name }) => name === group.name);
      state.groups = [...others(state.groups, group.name), group];
      if (JSON.stringify(before) !== JSON.stringify(group)) await settled();
      return { arn: arnOf(context, `targetgroup/${group.name}/${mark(16, context.region, group.name)}`) };
    },
    deleteTargetGroup: (params) => {
      const name = nameIn(params.name);
      if (groupsInUse(state).has(name)) {
        return Promise.reject(new RegionRefusal('ResourceInUse', `target group ${name} is used by a listener`));
      }
      state.groups = others(state.groups, name);
      places.forget(name);
      context.save('load-balancer', state);
      return Promise.resolve({});
    },
  };
}

function checkGroup(state: State, group: string): void {
  if (!state.groups.some(({ name }) => name === group)) {
    throw new RegionRefusal('TargetGroupNotFound', `no target group ${group}`);
  }
}

function checkListener(state: State, listener: Listener): void {
  if (!state.loadBalancers.includes(listener.loadBalancer)) {
    throw new RegionRefusal('LoadBalancerNotFound', `no load balancer ${listener.loadBalancer}`);
  }
  if (typeof listener.otherwise === 'string') checkGroup(state, listener.otherwise);
  // A region has one address here, so that one load balancer's port is every load balancer's.
  const taken = state.listeners.find(({ port, arn }) => port === listener.port && arn !== listener.arn);
  if (taken !== undefined) {
    throw new RegionRefusal('DuplicateListener', `port ${String(taken.port)} belongs to ${taken.loadBalancer}`);
  }
}

function listenerCalls(
  context: RegionContext,
  state: State,
  settled: () => Promise<void>,
): Pick<Part<Calls>['calls'], 'putListener' | 'deleteListener'> {
  const put = async (params: RegionCalls['putListener']['params']): Promise<{ arn: string }> => {
    const balancer = nameIn(params.loadBalancer);
    const otherwise = typeof params.otherwise === 'string' ? nameIn(params.otherwise) : params.otherwise;
    const marks = [mark(16, context.region, balancer), mark(16, balancer, String(params.port))];
    const arn = arnOf(context, `listener/app/${balancer}/${marks.join('/')}`);
    const listener = { ...params, arn, loadBalancer: balancer, otherwise };
    checkListener(state, listener);
    const before = state.listeners;
    state.listeners = [...before.filter((other) => other.arn !== arn), listener];
    await settled().catch((error: unknown) => {
      state.listeners = before;
      context.save('load-balancer', state);
      throw error;
    });
    return { arn };
  };
  return {
    putListener: put,
    deleteListener: async ({ arn }) => {
      state.listeners = state.listeners.filter((listener) => listener.arn !== arn);
      state.rules = state.rules.filter((rule) => rule.listener !== arn);
      await settled();
      return {};
    },
  };
}

function ruleCalls(
  context: RegionContext,
  state: State,
  settled: () => Promise<void>,
): Pick<Part<Calls>['calls'], 'putListenerRule' | 'deleteListenerRule'> {
  const put = async ({ targets, ...params }: RegionCalls['putListenerRule']['params']): Promise<{ arn: string }> => {
    if (!state.listeners.some(({ arn }) => arn === params.listener)) {
      throw new RegionRefusal('ListenerNotFound', `no listener ${params.listener}`);
    }
    const arn = params.arn ?? ruleArn(params.listener, params.priority);
    const groups = targets.map(({ group }) => nameIn(group));
    for (const group of groups) checkGroup(state, group);
    const rule = { ...params, arn, groups, chosen: nameIn(chosenGroup(targets)) };
    checkPriority(state.rules, rule);
    state.rules = [...state.rules.filter((other) => other.arn !== arn), rule];
    await settled();
    return { arn };
  };
  return {
    putListenerRule: put,
    deleteListenerRule: async ({ arn }) => {
      state.rules = state.rules.filter((rule) => rule.arn !== arn);
      await settled();
      return {};
    },
  };
}

/** A rule keeps its name when its priority changes, so the first one is in it. */
const ruleArn = (listener: string, priority: number): string =>
  `${listener.replace(':listener/', ':listener-rule/')}/${mark(16, listener, String(priority))}`;
