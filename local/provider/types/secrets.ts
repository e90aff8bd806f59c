import type { Fields } from '../fields';
import type { Realisation, Realisations, Scope } from '../realisation';

function putSecret(inputs: Fields, scope: Scope): Promise<{ arn: string }> {
  const replicaRegions = inputs.blocks('replicas').map((replica) => replica.text('region'));
  return scope.call(scope.region, 'createSecret', { name: inputs.text('name'), replicaRegions });
}

const secret: Realisation = {
  create: async (inputs, scope) => {
    const { arn } = await putSecret(inputs, scope);
    return { id: arn, outputs: { arn } };
  },
  update: async (inputs, _change, scope) => {
    await putSecret(inputs, scope);
    return {};
  },
  remove: (_id, inputs, _state, scope) => scope.call(scope.region, 'deleteSecret', { name: inputs.text('name') }),
};

const version: Realisation = {
  create: async (inputs, scope) => {
    const arn = inputs.text('secretId');
    const value = inputs.optionalText('secretString') ?? inputs.text('secretStringWo');
    const { versionId } = await scope.call(scope.region, 'putSecretValue', { name: arn, value });
    const hasSecretStringWo = inputs.has('secretStringWo');
    return { id: `${arn}|${versionId}`, outputs: { arn, secretArn: arn, versionId, hasSecretStringWo } };
  },
  // Versions go with their secret.
};

export const secrets: Realisations = {
  'aws:secretsmanager/secret:Secret': secret,
  'aws:secretsmanager/secretVersion:SecretVersion': version,
};
