import { Exemptions, readExemptions } from '../../policy/exemption';
import { judge } from '../../policy/judge';
import { rules } from '../../policy/rules';
import type { GateFinding } from './finding';
import type { PlannedStack } from './planned-stack';

export interface PackFindings {
  readonly findings: readonly GateFinding[];
  /** Judgements that only the update can make. */
  readonly waits: number;
}

/**
 * The rules of the pack over what a plan will leave: the same as `--policy-pack` says, for a report.
 * @param exemptions as policy/exemptions.json says them
 * @throws AgenteError config-invalid
 */
export function packFindings(planned: PlannedStack, exemptions: unknown, today: string): PackFindings {
  const ids = rules.map(({ id }) => id);
  const exempt = new Exemptions(readExemptions(exemptions, ids, 'policy/exemptions.json'), today);
  let waits = 0;
  const findings = planned.after.resources.flatMap((one) =>
    rules.flatMap((rule) => {
      const judged = judge(rule, one, planned.after);
      if (judged.waitsFor !== null) waits++;
      return judged.findings
        .filter((finding) => !exempt.covers(finding))
        .map(({ urn, fact, level }) => ({
          rule: rule.id,
          title: rule.title,
          level,
          urn,
          fact,
          fix: rule.fix,
          references: rule.references,
        }));
    }),
  );
  const stale = exempt.stale(planned.plan.stack).map((fact): GateFinding => ({
    rule: 'dr-exemptions-stale',
    title: 'an exemption is needed, and not over',
    level: 'mandatory',
    urn: stackUrn(planned),
    fact,
    fix: 'take the row out of policy/exemptions.json, or correct what it was for',
    references: [],
  }));
  return { findings: [...findings, ...stale], waits };
}

/** Where something is about a whole stack. */
export const stackUrn = ({ plan: { stack, resources } }: PlannedStack): string =>
  resources.find(({ type }) => type === 'pulumi:pulumi:Stack')?.urn ??
  `urn:pulumi:${stack}::agente-dr::pulumi:pulumi:Stack::agente-dr-${stack}`;
