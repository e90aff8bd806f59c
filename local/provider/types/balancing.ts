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

function forwardTarget(inputs: Fields): string {
  const action = inputs.blocks('defaultActions').find((item) => item.optionalText('type') === 'forward');
  const target =
    action?.optionalText('targetGroupArn') ?? action?.block('forward').blocks('targetGroups')[0]?.optionalText('arn');
  if (target === undefined || target === null) throw new Error('regions on this machine have listeners that forward');
  return target;
}

function putListener(inputs: Fields, scope: Scope): Promise<{ arn: string }> {
  const tls = inputs.optionalText('protocol') === 'HTTPS';
  return scope.call(scope.region, 'putListener', {
    loadBalancer: inputs.text('loadBalancerArn'),
    port: inputs.number('port', tls ? 443 : 80),
    tls,
    targetGroup: forwardTarget(inputs),
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

export const balancing: Realisations = {
  'aws:lb/loadBalancer:LoadBalancer': loadBalancer,
  'aws:lb/targetGroup:TargetGroup': targetGroup,
  'aws:lb/listener:Listener': listener,
};
