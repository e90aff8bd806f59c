import {
  UnknownValueError,
  type PolicyProviderResource,
  type PolicyResource,
  type ResourceValidationArgs,
} from '@pulumi/policy';
import type { Resource } from './resource';
import { resourceOf } from './told';
import { unknown } from './unknown';

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/**
 * A copy in which what is not known yet is a value like another. The SDK throws where it is touched, and
 * a rule that is stopped by that would be advisory from then on, whatever its level.
 */
function copied(value: unknown): unknown {
  if (Array.isArray(value))
    return Array.from({ length: value.length }, (_, index) => read(value as unknown as Fields, String(index)));
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(fields: Fields, key: string): unknown {
  try {
    return copied(fields[key]);
  } catch (error) {
    if (error instanceof UnknownValueError) return unknown;
    throw error;
  }
}

function regionOf(provider: PolicyProviderResource | undefined): string | undefined {
  if (provider === undefined) return undefined;
  const region = read(provider.props, 'region');
  return typeof region === 'string' ? region : undefined;
}

type Seen = Pick<ResourceValidationArgs, 'urn' | 'type' | 'name' | 'props' | 'opts'> & {
  readonly provider?: PolicyProviderResource;
};

const seen = (
  { urn, type, name, props, opts, provider }: Seen,
  sources: Readonly<Record<string, readonly string[]>>,
): Resource =>
  resourceOf({
    urn,
    type,
    name,
    inputs: copied(props) as Fields,
    protect: opts.protect,
    ignoreChanges: opts.ignoreChanges,
    providerRegion: regionOf(provider),
    sources,
  });

/** While it is registered: nobody knows yet what flows into it. */
export const registered = (args: ResourceValidationArgs): Resource => seen(args, {});

export function standing(one: PolicyResource): Resource {
  const sources = Object.entries(one.propertyDependencies).map(
    ([property, resources]) => [property, resources.map(({ urn }) => urn)] as const,
  );
  return seen(one, Object.fromEntries(sources));
}
