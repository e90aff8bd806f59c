import type { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';

function putRepository(inputs: Fields, scope: Scope): Promise<{ arn: string; url: string }> {
  const mutability = inputs.optionalText('imageTagMutability') ?? 'MUTABLE';
  return scope.call(scope.region, 'putRepository', {
    name: inputs.text('name'),
    immutableTags: mutability.startsWith('IMMUTABLE'),
  });
}

const repository: Realisation = {
  create: async (inputs, scope) => {
    const { arn, url } = await putRepository(inputs, scope);
    return { id: inputs.text('name'), outputs: { arn, repositoryUrl: url, registryId: scope.accountId } };
  },
  update: async (inputs, _change, scope) => {
    await putRepository(inputs, scope);
    return {};
  },
  remove: (id, inputs, _state, scope) =>
    scope.call(scope.region, 'deleteRepository', { name: id, force: inputs.flag('forceDelete') }),
};

/** One per registry: the last one written counts. */
function putReplication(inputs: Fields, scope: Scope): Promise<unknown> {
  const rules = inputs.block('replicationConfiguration').blocks('rules');
  return scope.call(scope.region, 'setRegistryReplication', {
    rules: rules.map((rule) => ({
      regions: rule.blocks('destinations').map((destination) => destination.text('region')),
      prefixes: rule.blocks('repositoryFilters').map((filter) => filter.text('filter')),
    })),
  });
}

const replication: Realisation = {
  create: async (inputs, scope) => {
    await putReplication(inputs, scope);
    return { id: scope.accountId, outputs: { registryId: scope.accountId } };
  },
  update: async (inputs, _change, scope) => {
    await putReplication(inputs, scope);
    return {};
  },
  remove: (_id, _inputs, _state, scope) => scope.call(scope.region, 'setRegistryReplication', { rules: [] }),
};

export const registry: Realisations = {
  'aws:ecr/repository:Repository': repository,
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': replication,
};
