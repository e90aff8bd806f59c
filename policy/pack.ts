import type { Policies, PolicyConfigSchema, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { registered, standing } from './crossguard';
import { findingText, type Settings } from './judge';
import { Stack, type Resource } from './resource';
import type { ByTier, Rule } from './rule';
import { alone, Session, type Waiting } from './session';

/** Rules about the exemptions and about the look itself; they have no resource to judge. */
export const ownPolicies = {
  exempt: 'dr-exemptions',
  stale: 'dr-exemptions-stale',
  advice: 'dr-advice',
  waits: 'dr-waits',
} as const;

type GetConfig = () => Readonly<Record<string, unknown>>;

/** The engine refuses a number that is weaker than the promise before anything is looked at. */
function schemaOf({ settings = {} }: Rule): PolicyConfigSchema {
  const names = Object.entries(settings).map(([name, { bound, promised }]) => {
    const tiers = Object.entries(promised).map(([tier, number]) => [
      tier,
      { type: 'number' as const, ...(bound === 'at least' ? { minimum: number } : { minimum: 0, maximum: number }) },
    ]);
    const properties = Object.fromEntries(tiers) as PolicyConfigSchema['properties'];
    return [name, { type: 'object' as const, properties, additionalProperties: false }] as const;
  });
  return { properties: Object.fromEntries(names) };
}

const settingsBy =
  (getConfig: GetConfig): Settings =>
  (_rule, name, tier) =>
    (getConfig()[name] as Partial<ByTier> | undefined)?.[tier];

const described = ({ title, references }: Rule): string =>
  references.length === 0 ? title : `${title} (elsewhere: ${references.join(', ')})`;

function resourcePolicy(rule: Rule, session: Session): ResourceValidationPolicy {
  const validate: ResourceValidationPolicy['validateResource'] = (args, report) => {
    const one = registered(args);
    const getConfig = () => args.getConfig<Record<string, unknown>>();
    for (const finding of session.ask(rule, one, alone(one), settingsBy(getConfig)))
      report(findingText(finding), one.urn);
  };
  return { ...common(rule), validateResource: onlyOf(rule.types, validate) };
}

/** The SDK decodes a resource for a policy before it asks it, except where it can see that the type is another. */
function onlyOf(types: readonly string[], validate: NonNullable<ResourceValidationPolicy['validateResource']>) {
  const [type, ...more] = types;
  return more.length === 0 ? Object.assign(validate, { __pulumiType: type }) : validate;
}

function stackPolicy(
  rule: Rule,
  session: Session,
  stackOfAll: (resources: readonly unknown[]) => Stack,
): StackValidationPolicy {
  return {
    ...common(rule),
    validateStack: (args, report) => {
      const stack = stackOfAll(args.resources);
      const getConfig = () => args.getConfig<Record<string, unknown>>();
      for (const one of stack.ofType(...rule.types)) {
        for (const finding of session.ask(rule, one, stack, settingsBy(getConfig)))
          report(findingText(finding), finding.urn);
      }
    },
  };
}

function common(rule: Rule) {
  return {
    name: rule.id,
    description: described(rule),
    enforcementLevel: 'mandatory' as const,
    configSchema: schemaOf(rule),
    tags: [rule.group],
    remediationSteps: rule.fix,
    url: `docs/policy.md#${rule.id}`,
  };
}

/** The rules as CrossGuard wants them, and four policies of the pack itself, the first before and three behind them. */
export function policiesOf(rules: readonly Rule[], session: Session): Policies {
  let complete: { readonly of: number; readonly stack: Stack } | null = null;
  const stackOfAll = (resources: readonly unknown[]): Stack => {
    // All policies of one look are asked one after the other about the same resources.
    complete ??= {
      of: resources.length,
      stack: new Stack((resources as Parameters<typeof standing>[0][]).map((one) => session.complete(standing(one)))),
    };
    return complete.stack;
  };
  const ended = (resources: readonly Resource[]): string[] => {
    complete = null;
    return session.end(resources);
  };
  return [
    first(session),
    ...rules.filter(({ scope }) => scope === 'resource').map((rule) => resourcePolicy(rule, session)),
    ...rules.filter(({ scope }) => scope === 'stack').map((rule) => stackPolicy(rule, session, stackOfAll)),
    {
      name: ownPolicies.advice,
      description: 'what somebody should look at, by rules that are advice or of a tier that can wait',
      enforcementLevel: 'advisory',
      validateStack: (_args, report) => {
        for (const finding of session.advised) report(findingText(finding), finding.urn);
      },
    },
    {
      name: ownPolicies.waits,
      description: 'rules that cannot judge before the update; they do then, before the resource is made',
      enforcementLevel: 'advisory',
      validateStack: (_args, report) => {
        const { waits } = session;
        if (waits.length > 0) report(waitingText(waits));
      },
    },
    {
      name: ownPolicies.stale,
      description: 'an exemption is needed, and not over',
      enforcementLevel: 'mandatory',
      validateStack: (args, report) => {
        for (const fact of ended(stackOfAll(args.resources).resources)) {
          report(
            `${fact} [${ownPolicies.stale}]\n  fix: take the row out of policy/exemptions.json, or correct what it was for\n  why: docs/policy.md#exemptions`,
          );
        }
      },
    },
  ];
}

/** One line for each rule: a stack that is new has many that wait for the same. */
function waitingText(waits: readonly Waiting[]): string {
  const names = new Map<string, string[]>();
  for (const { rule, urn, input } of waits) {
    const key = `${rule.id}: ${input}`;
    names.set(key, [...(names.get(key) ?? []), urn.split('::').at(-1) ?? urn]);
  }
  const lines = [...names].map(([key, found]) => `  ${key} of ${found.join(', ')}`);
  return [`${waits.length} judgements wait for the update, which knows more:`, ...lines].join('\n');
}

/** Sees every resource before any rule: what it was told is remembered, and the exemptions are read. */
function first(session: Session): ResourceValidationPolicy {
  return {
    name: ownPolicies.exempt,
    description: 'exemptions can be read, and name rules that there are',
    enforcementLevel: 'mandatory',
    configSchema: { properties: { rows: { type: 'array', items: { type: 'object' } } } },
    validateResource: (args) => {
      const { rows } = args.getConfig<{ rows?: unknown }>();
      if (rows !== undefined) session.exempt(rows, `${ownPolicies.exempt}.rows of the pack's configuration`);
      session.remember(registered(args));
    },
  };
}
