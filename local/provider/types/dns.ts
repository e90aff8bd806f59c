import type { RecordSpec } from '../../api';
import type { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';

function putHealthCheck(id: string, inputs: Fields, scope: Scope): Promise<unknown> {
  const type = inputs.text('type');
  if (type !== 'HTTP' && type !== 'HTTPS') throw new Error(`regions on this machine have no health check ${type}`);
  return scope.call('global', 'putHealthCheck', {
    id,
    protocol: type,
    host: inputs.optionalText('fqdn') ?? inputs.text('ipAddress'),
    port: inputs.number('port', type === 'HTTPS' ? 443 : 80),
    path: inputs.optionalText('resourcePath') ?? '/',
    intervalSeconds: inputs.number('requestInterval', 30),
    failureThreshold: inputs.number('failureThreshold', 3),
    inverted: inputs.flag('invertHealthcheck'),
    disabled: inputs.flag('disabled'),
  });
}

const healthCheck: Realisation = {
  create: async (inputs, scope) => {
    const digits = scope.mark(32);
    const id = digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    await putHealthCheck(id, inputs, scope);
    return { id, outputs: { arn: `arn:aws:route53:::healthcheck/${id}` } };
  },
  update: async (inputs, { id }, scope) => {
    await putHealthCheck(id, inputs, scope);
    return {};
  },
  remove: (id, _inputs, _state, scope) => scope.call('global', 'deleteHealthCheck', { id }),
};

function specOf(inputs: Fields): RecordSpec {
  const type = inputs.text('type');
  if (type !== 'A' && type !== 'CNAME') throw new Error(`regions on this machine have no ${type} records`);
  const failover = inputs.blocks('failoverRoutingPolicies')[0]?.text('type') ?? null;
  if (failover !== null && failover !== 'PRIMARY' && failover !== 'SECONDARY') {
    throw new Error(`failover type is PRIMARY or SECONDARY, got ${failover}`);
  }
  return {
    zoneId: inputs.text('zoneId'),
    name: inputs.text('name'),
    type,
    setIdentifier: inputs.optionalText('setIdentifier'),
    alias: inputs.blocks('aliases')[0]?.text('name') ?? null,
    values: inputs.texts('records'),
    ttlSeconds: inputs.number('ttl', 60),
    failover,
    healthCheckId: inputs.optionalText('healthCheckId'),
  };
}

const keyOf = ({ zoneId, name, type, setIdentifier }: RecordSpec) => ({ zoneId, name, type, setIdentifier });

const record: Realisation = {
  create: async (inputs, scope) => {
    const spec = specOf(inputs);
    await scope.call('global', 'putRecord', spec);
    const id = [spec.zoneId, spec.name, spec.type, spec.setIdentifier].filter((part) => part !== null).join('_');
    return { id, outputs: { fqdn: spec.name } };
  },
  update: async (inputs, { before }, scope) => {
    const [old, now] = [specOf(before), specOf(inputs)];
    await scope.call('global', 'putRecord', now);
    if (old.setIdentifier !== now.setIdentifier || old.type !== now.type) {
      await scope.call('global', 'deleteRecord', keyOf(old));
    }
    return {};
  },
  remove: (_id, inputs, _state, scope) => scope.call('global', 'deleteRecord', keyOf(specOf(inputs))),
};

export const dns: Realisations = {
  'aws:route53/healthCheck:HealthCheck': healthCheck,
  'aws:route53/record:Record': record,
};
