import { z } from 'zod';
import { Stack } from '../../policy/resource';
import { resourceOf } from '../../policy/told';
import { unknown } from '../../policy/unknown';
import { readStackPlan, type StackPlan } from '../preview/stack-plan';
import { unknownValue } from '../preview/unknown';

const state = z.looseObject({
  type: z.string(),
  urn: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  provider: z.string().default(''),
  created: z.string().nullish(),
  ignoreChanges: z.array(z.string()).nullish(),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});
type State = z.infer<typeof state>;

const printed = z.looseObject({
  steps: z.array(z.looseObject({ op: z.string(), oldState: state.nullish(), newState: state.nullish() })),
});

/** A plan as the gate needs it: its operations, and what will stand, joined as in the engine. */
export interface PlannedStack {
  readonly plan: StackPlan;
  readonly after: Stack;
  /** URNs that were kept on deletion and will not be any more. */
  readonly noLongerRetained: readonly string[];
  /** URN -> when it was made, of what stands already. */
  readonly madeAt: ReadonlyMap<string, Date>;
}

/** @throws AgenteError plan-unreadable for anything that is not all of a plan. */
export function readPlannedStack(stack: string, text: string): PlannedStack {
  const plan = readStackPlan(stack, text);
  const { steps } = printed.parse(JSON.parse(text));
  const standing = new Map<string, State>();
  for (const { op, newState } of steps) {
    if (newState !== null && newState !== undefined && !/^(delete|discard)/.test(op))
      standing.set(newState.urn, newState);
  }
  const regions = new Map([...standing.values()].map(({ urn, inputs }) => [urn, inputs['region']]));
  const noLongerRetained = steps.flatMap(({ oldState, newState }) =>
    oldState?.retainOnDelete === true && newState?.retainOnDelete === false ? [newState.urn] : [],
  );
  const madeAt = new Map(
    steps.flatMap(({ oldState }) =>
      typeof oldState?.created === 'string' ? [[oldState.urn, new Date(oldState.created)] as const] : [],
    ),
  );
  return { plan, madeAt, after: new Stack([...standing.values()].map((one) => seen(one, regions))), noLongerRetained };
}

function seen(
  { urn, type, inputs, protect, ignoreChanges, provider, propertyDependencies }: State,
  regions: ReadonlyMap<string, unknown>,
) {
  const region = regions.get(provider.split('::').slice(0, -1).join('::'));
  return resourceOf({
    urn,
    type,
    name: urn.split('::').at(-1) ?? '',
    inputs: known(inputs) as Record<string, unknown>,
    protect,
    ignoreChanges: ignoreChanges ?? [],
    providerRegion: typeof region === 'string' ? region : undefined,
    sources: Object.fromEntries(
      Object.entries(propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
    ),
  });
}

function known(value: unknown): unknown {
  if (value === unknownValue) return unknown;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, known(inner)]));
}
