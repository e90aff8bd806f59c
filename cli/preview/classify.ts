import { worse, type Effect, type Kind, type TypeEffects } from './effect';
import { effectTables, labels } from './effect-tables';
import type { Change } from './report-schema';
import { unknownValue } from './unknown';
import type { PlannedResource, StackPlan } from './stack-plan';

/** A type that nobody has judged is treated as one that holds data. */
const unjudged: TypeEffects = { kind: 'data', properties: {} };

/** What a property without a rule does: an unknown property of what must survive is not harmless. */
const byKind: Readonly<Record<Kind, Effect>> = {
  data: 'objective',
  guard: 'objective',
  server: 'window',
  plain: 'harmless',
};

const byOperation: Readonly<Record<'create' | 'replace' | 'delete', Readonly<Record<Kind, Effect>>>> = {
  create: { data: 'harmless', guard: 'harmless', server: 'harmless', plain: 'harmless' },
  replace: { data: 'data-at-risk', guard: 'objective', server: 'window', plain: 'harmless' },
  delete: { data: 'data-at-risk', guard: 'objective', server: 'window', plain: 'harmless' },
};

/** Guards whose absence is a loss by itself: what they hold can be destroyed from then on. */
const locks: ReadonlySet<string> = new Set([
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration',
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration',
  'aws:backup/vaultPolicy:VaultPolicy',
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication',
]);

/** Every change of a plan, in the order of the plan. */
export function changesOf(plan: StackPlan): Change[] {
  return plan.resources.filter(isCloudThing).flatMap((resource) => {
    const change = changeOf(plan.stack, resource);
    return change === null ? [] : [change];
  });
}

/** Components and stacks are names for groups; what they hold is judged one by one. */
const isCloudThing = ({ type }: PlannedResource): boolean => !/^(pulumi:|agente-dr:)/.test(type);

function changeOf(stack: string, resource: PlannedResource): Change | null {
  const { type, name, operation, protectedBefore, protectedAfter } = resource;
  const unprotected = protectedBefore && !protectedAfter && operation !== 'delete';
  if (operation === 'same' && !unprotected) return null;
  const table = effectTables[type] ?? unjudged;
  const properties = operation === 'create' ? [] : propertiesOf(resource, table);
  const effect = [
    ...properties.map((property) => property.effect),
    ...(operation === 'same' || operation === 'update' ? [] : [ofOperation(type, operation, table.kind)]),
    ...(unprotected ? ['data-at-risk' as const] : []),
  ].reduce<Effect>(worse, 'harmless');
  const note = unprotected ? 'it is no longer protected from deletion' : null;
  return { stack, name, type, operation: operation === 'same' ? 'update' : operation, effect, properties, note };
}

function ofOperation(type: string, operation: 'create' | 'replace' | 'delete', kind: Kind): Effect {
  if (operation !== 'create' && locks.has(type)) return 'data-at-risk';
  return byOperation[operation][kind];
}

function propertiesOf({ changed, before, after }: PlannedResource, table: TypeEffects): Change['properties'] {
  return changed.map((name) => {
    const [was, will] = [before?.[name], after?.[name]];
    const rule = table.properties[name] ?? (labels.has(name) ? 'harmless' : byKind[table.kind]);
    const effect = typeof rule === 'function' ? rule(was, will) : rule;
    return { name, effect, text: `${valueText(was)} -> ${valueText(will)}` };
  });
}

const longest = 80;

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (value === unknownValue) return 'known after the update';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
