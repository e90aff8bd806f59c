import { reveal, type Properties, type Value } from '../values';

/** Does this change of inputs make a new resource? What a preview does not know yet does not. */
export type Condition = (before: Properties, after: Properties) => boolean;

const known = (inputs: Properties, property: string): Value => reveal(inputs[property] ?? null);

function isOlder(version: string, than: string): boolean {
  const [parts, others] = [version.split('.').map(Number), than.split('.').map(Number)];
  const differing = parts.findIndex((part, index) => part !== (others[index] ?? 0));
  return differing !== -1 && (parts[differing] ?? 0) < (others[differing] ?? 0);
}

/** ElastiCache has no way back to an older version. */
export const olderVersion: Condition = (before, after) => {
  const [old, now] = [known(before, 'engineVersion'), known(after, 'engineVersion')];
  return typeof old === 'string' && typeof now === 'string' && isOlder(now, old);
};

/** ElastiCache turns Redis into Valkey in place, and never back. */
export const valkeyToRedis: Condition = (before, after) =>
  known(before, 'engine') === 'valkey' && known(after, 'engine') === 'redis';

/** ECS moves a service between strategies in place, if told to deploy anew, but not to or from having one. */
export const otherStrategy: Condition = (before, after) => {
  const has = (inputs: Properties): boolean => {
    const strategies = known(inputs, 'capacityProviderStrategies');
    return Array.isArray(strategies) && strategies.length > 0;
  };
  return after['forceNewDeployment'] !== true || has(before) !== has(after);
};
