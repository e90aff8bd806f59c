import { z } from 'zod';
import { AgenteError } from '../../recovery/errors';

export type Properties = Readonly<Record<string, unknown>>;

const state = z.looseObject({
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).nullish(),
  protect: z.boolean().default(false),
  propertyDependencies: z.record(z.string(), z.array(z.string()).nullable()).nullish(),
});
type State = z.infer<typeof state>;

const step = z.looseObject({
  op: z.string(),
  urn: z.string(),
  oldState: state.nullish(),
  newState: state.nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
type Step = z.infer<typeof step>;

/** What `pulumi preview --json --show-sames` prints of a plan. */
const printed = z.looseObject({ steps: z.array(step), changeSummary: z.record(z.string(), z.number()) });

/** What a plan does with a resource. */
export const operations = ['same', 'create', 'update', 'replace', 'delete'] as const;
export type Operation = (typeof operations)[number];

export interface PlannedResource {
  readonly urn: string;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly operation: Operation;
  /** Inputs before and after; null where there is nothing. Secrets are not in them. */
  readonly before: Properties | null;
  readonly after: Properties | null;
  /** What the region said last, or null where nothing stands yet. */
  readonly outputs: Properties | null;
  /** Top-level properties that differ. */
  readonly changed: readonly string[];
  readonly protectedBefore: boolean;
  readonly protectedAfter: boolean;
  /** Input -> URNs of resources whose outputs flow into it: who is meant, also before it has an id. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
}

export interface StackPlan {
  readonly stack: string;
  readonly resources: readonly PlannedResource[];
}

const operationOf: Readonly<Record<string, Operation>> = {
  same: 'same',
  create: 'create',
  import: 'create',
  update: 'update',
  delete: 'delete',
  replace: 'replace',
  'create-replacement': 'replace',
  'delete-replaced': 'replace',
  'discard-replaced': 'replace',
};

/** Reads, and a removal that the engine only writes down. */
const noOperation = new Set(['read', 'read-replacement', 'discard', 'refresh', 'remove-pending-replace']);

/**
 * Reads what `pulumi preview --json --show-sames` has printed.
 * @throws AgenteError plan-unreadable for anything that is not all of it.
 */
export function readStackPlan(stack: string, text: string): StackPlan {
  const { steps, changeSummary } = parsed(stack, text);
  const planned = new Map<string, PlannedResource>();
  for (const each of steps) {
    if (noOperation.has(each.op)) continue;
    const operation = operationOf[each.op];
    if (operation === undefined) throw unreadable(stack, `an operation ${each.op} that these tools do not know`);
    // A replacement is told in three steps: what it was is in one, what it will be in another.
    planned.set(each.urn, merged(planned.get(each.urn), resourceOf(each, operation)));
  }
  const sames = [...planned.values()].filter(({ operation }) => operation === 'same').length;
  if (sames < (changeSummary['same'] ?? 0)) {
    throw unreadable(stack, 'no word about what does not change; it was made without --show-sames');
  }
  return { stack, resources: [...planned.values()] };
}

function parsed(stack: string, text: string): z.infer<typeof printed> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(stack, error instanceof Error ? error.message : String(error));
  }
  const result = printed.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw unreadable(stack, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function unreadable(stack: string, fact: string): AgenteError {
  return new AgenteError(
    'plan-unreadable',
    `the plan of stack ${stack} cannot be read: ${fact}`,
    `Make it anew with \`pulumi preview --json --show-sames --stack ${stack}\`, whole.`,
  );
}

function resourceOf({ urn, oldState, newState, detailedDiff, replaceReasons }: Step, operation: Operation) {
  const differing = [...Object.keys(detailedDiff ?? {}), ...(replaceReasons ?? [])];
  return {
    urn,
    type: (newState ?? oldState)?.type ?? urn.split('::').at(-2)?.split('$').at(-1) ?? '',
    name: urn.split('::').at(-1) ?? '',
    operation,
    before: inputsOf(oldState),
    after: operation === 'delete' ? null : inputsOf(newState),
    outputs: oldState?.outputs ?? null,
    changed: [...new Set(differing.map((path) => path.split(/[.[]/)[0] ?? ''))].sort(),
    protectedBefore: oldState?.protect ?? false,
    protectedAfter: newState?.protect ?? false,
    sources: sourcesOf(newState ?? oldState),
  };
}

const sourcesOf = (from: State | null | undefined): PlannedResource['sources'] =>
  Object.fromEntries(
    Object.entries(from?.propertyDependencies ?? {}).map(([property, urns]) => [property, urns ?? []]),
  );

const inputsOf = (from: State | null | undefined): Properties | null => from?.inputs ?? null;

function merged(first: PlannedResource | undefined, second: PlannedResource): PlannedResource {
  if (first === undefined) return second;
  return {
    ...second,
    operation: 'replace',
    before: first.before ?? second.before,
    after: first.after ?? second.after,
    outputs: first.outputs ?? second.outputs,
    sources: first.after === null ? second.sources : first.sources,
    changed: [...new Set([...first.changed, ...second.changed])].sort(),
    protectedBefore: first.protectedBefore || second.protectedBefore,
    protectedAfter: first.protectedAfter || second.protectedAfter,
  };
}
