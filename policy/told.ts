import { canonicalType, type Resource } from './resource';
import { Values } from './values';

/** What somebody has told of a resource, before it is looked at. */
export interface Told {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Unknown values are the symbol `unknown`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Of its provider; undefined where nobody says. */
  readonly providerRegion: string | undefined;
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

export function resourceOf({ inputs: fields, type, providerRegion, sources, ...told }: Told): Resource {
  const inputs = new Values(fields);
  const own = inputs.isUnknown('region') ? undefined : inputs.text('region');
  return {
    ...told,
    type: canonicalType(type),
    inputs,
    region: own ?? providerRegion,
    sources: new Map(Object.entries(sources)),
  };
}
