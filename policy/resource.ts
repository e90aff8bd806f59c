import { Values } from './values';

/** A resource as a rule sees it, whatever it came from: a preview, a state, a test. */
export interface Resource {
  readonly urn: string;
  /** Without the aliases of older SDKs: `BucketV2` is a `Bucket` here. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Values;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Its own region, else that of its provider; undefined where neither is said. */
  readonly region: string | undefined;
  /** Input -> resources whose outputs flow into it. Empty while only the resource itself is looked at. */
  readonly sources: ReadonlyMap<string, readonly string[]>;
}

/** Types that are one and the same resource under another name. */
const aliases: readonly (readonly [RegExp, string])[] = [
  [/^aws:s3\/(bucket\w*?)V2:(Bucket\w*?)V2$/, 'aws:s3/$1:$2'],
  [/^aws:(?:alb|elasticloadbalancingv2|applicationloadbalancing)\//, 'aws:lb/'],
];

export function canonicalType(type: string): string {
  return aliases.reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), type);
}

/** The name of a stack is a part of every URN. */
export const stackOf = (urn: string): string => urn.split('::')[0]?.split(':').at(-1) ?? '';

/** All resources of a stack, joined by what flows from one into another and never by equal values. */
export class Stack {
  private readonly byUrn: ReadonlyMap<string, Resource>;
  private readonly byType = new Map<string, Resource[]>();
  private readonly byUse = new Map<string, Resource[]>();

  constructor(readonly resources: readonly Resource[]) {
    this.byUrn = new Map(resources.map((one) => [one.urn, one]));
    for (const one of resources) {
      push(this.byType, one.type, one);
      for (const [property, urns] of one.sources) {
        for (const urn of urns) push(this.byUse, useKey(one.type, property, urn), one);
      }
    }
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.byType.get(type) ?? []);
  }

  /** Resources of a type into whose input something of this one flows. */
  beside(one: Resource, type: string, property: string): readonly Resource[] {
    return this.byUse.get(useKey(type, property, one.urn)) ?? [];
  }

  /** Resources of a type that flow into an input of this one. */
  behind(one: Resource, property: string, type: string): readonly Resource[] {
    return (one.sources.get(property) ?? []).flatMap((urn) => {
      const found = this.byUrn.get(urn);
      return found?.type === type ? [found] : [];
    });
  }
}

const useKey = (type: string, property: string, urn: string): string => `${type} ${property} ${urn}`;

function push(map: Map<string, Resource[]>, key: string, one: Resource): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
}
