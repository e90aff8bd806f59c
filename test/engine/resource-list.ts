import { z } from 'zod';

const resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  parent: z.string().default(''),
  provider: z.string().default(''),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  inputs: z.record(z.string(), z.unknown()).default({}),
});
type Resource = z.infer<typeof resource>;

const printed = z.looseObject({ steps: z.array(z.looseObject({ op: z.string(), newState: resource })) });

const nameOf = (urn: string): string => urn.split('::').at(-1) ?? '';

/** The region that the resource says itself, or that of its provider; a component has none. */
function regionOf({ inputs, provider }: Resource, regions: ReadonlyMap<string, string>): string[] {
  const own = inputs['region'];
  const region = typeof own === 'string' ? own : regions.get(provider.split('::').slice(0, -1).join('::'));
  return region === undefined ? [] : [region];
}

function lineOf(one: Resource, regions: ReadonlyMap<string, string>): string {
  const marks = [...(one.protect ? ['protect'] : []), ...(one.retainOnDelete ? ['retainOnDelete'] : [])];
  return [one.type, nameOf(one.urn), ...regionOf(one, regions), ...marks].join(' ');
}

/**
 * The resources of a plan, one a line and each below what it belongs to. What a machine made up for
 * itself (account, ports) is in no name and no region, so the list is the same on every machine.
 */
export function resourceList(plan: string): string[] {
  const { steps } = printed.parse(JSON.parse(plan));
  const all = steps.filter(({ op }) => op !== 'read').map(({ newState }) => newState);
  const providers = all.filter(({ type }) => type.startsWith('pulumi:providers:'));
  const regions = new Map(providers.map(({ urn, inputs }) => [urn, String(inputs['region'])]));
  const below = (parent: string, depth: number): string[] =>
    all
      .filter((one) => one.parent === parent)
      .map((one) => ({ line: lineOf(one, regions), urn: one.urn }))
      .sort((a, b) => (a.line < b.line ? -1 : 1))
      .flatMap(({ line, urn }) => ['  '.repeat(depth) + line, ...below(urn, depth + 1)]);
  const [stack] = all.filter(({ type }) => type === 'pulumi:pulumi:Stack');
  const lines = below(stack?.urn ?? 'no stack', 0);
  if (lines.length !== all.length - 1)
    throw new Error(`${String(all.length - 1)} resources, and ${String(lines.length)} in the tree`);
  return lines;
}

/** Lines that are only in one of two lists, as a reviewer reads a diff. */
export function listDiff(before: readonly string[], after: readonly string[]): string[] {
  const [had, has] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !has.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !had.has(line)).map((line) => `+ ${line}`),
  ];
}
