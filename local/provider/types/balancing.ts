import type { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';

/** Hosted zones of load balancers (AWS General Reference, Elastic Load Balancing endpoints). */
const zones: Readonly<Record<string, string>> = {
  'us-east-1': 'Z35SXDOTRQ7X7K',
  'us-east-2': 'Z3AADJGX6KTTL2',
  'us-west-2': 'Z1H1FL5HABSF5',
};

const suffixOf = (arn: string): string => arn.replace(/^.*:(?:loadbalancer\/)?/, '');

const loadBalancer: Realisation = {
  create: async (inputs, scope) => {
    const { arn, dnsName } = await scope.call(scope.region, 'putLoadBalancer', { name: inputs.text('name') });
    const zoneId = zones[scope.region] ?? 'Z00000000000000000000';
    return { id: arn, outputs: { arn, arnSuffix: suffixOf(arn), dnsName, zoneId, vpcId: '' } };
  },
  remove: (_id, inputs, _state, scope) => {
    if (inputs.flag('enableDeletionProtection')) {
      throw new Error(`OperationNotPermitted: load balancer ${inputs.text('name')} has deletion protection`);
    }
    return scope.call(scope.region, 'deleteLoadBalancer', { name: inputs.text('name') });
  },
};

/** Defaults as in ALB's target groups: a check every 30 s, five good ones in a row make a target healthy. */
function putTargetGroup(inputs: Fields, scope: Scope): Promise<{ arn: string }> {
  const check = inputs.block('healthCheck');
  return scope.call(scope.region, 'putTargetGroup', {
    name: inputs.text('name'),
    healthPath: check.optionalText('path') ?? '/',
    healthIntervalSeconds: check.number('interval', 30),
    healthyThreshold: check.number('healthyThreshold', 5),
  });
}

const targetGroup: Realisation = {
  create: async (inputs, scope) => {
    const { arn } = await putTargetGroup(inputs, scope);
    return { id: arn, outputs: { arn, arnSuffix: suffixOf(arn), loadBalancerArns: [] } };
  },
  update: async (inputs, { changed }, scope) => {
    if (changed.has('healthCheck')) await putTargetGroup(inputs, scope);
    return {};
  },
  remove: (_id, inputs, _state, scope) => scope.call(scope.region, 'deleteTargetGroup', { name: inputs.text('name') }),
};

/** The weight of a group that is named alone. */
const whole = 100;

interface Target {
  readonly group: string;
  readonly weight: number;
}

function targetsOf(action: Fields): Target[] {
  const alone = action.optionalText('targetGroupArn');
  if (alone !== null) return [{ group: alone, weight: whole }];
  return action
    .block('forward')
    .blocks('targetGroups')
    .map((group) => ({ group: group.text('arn'), weight: group.number('weight', whole) }));
}

const actionOf = (actions: readonly Fields[], type: string): Fields | undefined =>
  actions.find((action) => action.optionalText('type') === type);

/** A target group, or a fixed answer. */
function otherwise(inputs: Fields): string | { answer: number } {
  const actions = inputs.blocks('defaultActions');
  const fixed = actionOf(actions, 'fixed-response');
  if (fixed !== undefined) return { answer: fixed.block('fixedResponse').number('statusCode', 200) };
  const forward = actionOf(actions, 'forward');
  const target = forward === undefined ? undefined : targetsOf(forward)[0];
  if (target === undefined) throw new Error('regions on this machine have listeners that forward or answer');
  return target.group;
}

function putListener(inputs: Fields, scope: Scope): Promise<{ arn: string }> {
  const tls = inputs.optionalText('protocol') === 'HTTPS';
  return scope.call(scope.region, 'putListener', {
    loadBalancer: inputs.text('loadBalancerArn'),
    port: inputs.number('port', tls ? 443 : 80),
    tls,
    otherwise: otherwise(inputs),
  });
}

const listener: Realisation = {
  create: async (inputs, scope) => {
    const { arn } = await putListener(inputs, scope);
    return { id: arn, outputs: { arn } };
  },
  update: async (inputs, { id, changed }, scope) => {
    // The port is in the name that the region gives a listener, so another port is another listener.
    if (changed.has('port')) throw new Error('regions on this machine cannot move a listener to another port');
    const { arn } = await putListener(inputs, scope);
    if (arn !== id) throw new Error(`listener ${id} came back as ${arn}`);
    return {};
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteListener', { arn: id }),
};

function putRule(inputs: Fields, arn: string | null, scope: Scope): Promise<{ arn: string }> {
  const conditions = inputs.blocks('conditions');
  const forward = actionOf(inputs.blocks('actions'), 'forward');
  if (forward === undefined) throw new Error('regions on this machine have rules that forward');
  const values = (name: string) =>
    conditions.map((condition) => condition.block(name)).filter((block) => block.texts('values').length > 0);
  return scope.call(scope.region, 'putListenerRule', {
    arn,
    listener: inputs.text('listenerArn'),
    priority: inputs.number('priority', 1),
    paths: values('pathPattern').flatMap((block) => block.texts('values')),
    headers: values('httpHeader').map((block) => ({
      name: block.text('httpHeaderName'),
      values: block.texts('values'),
    })),
    targets: targetsOf(forward),
  });
}

const listenerRule: Realisation = {
  create: async (inputs, scope) => {
    const { arn } = await putRule(inputs, null, scope);
    return { id: arn, outputs: { arn } };
  },
  update: async (inputs, { id }, scope) => {
    await putRule(inputs, id, scope);
    return {};
  },
  remove: (id, _inputs, _state, scope) => scope.call(scope.region, 'deleteListenerRule', { arn: id }),
};

export const balancing: Realisations = {
  'aws:lb/loadBalancer:LoadBalancer': loadBalancer,
  'aws:lb/targetGroup:TargetGroup': targetGroup,
  'aws:lb/listener:Listener': listener,
  'aws:lb/listenerRule:ListenerRule': listenerRule,
};
