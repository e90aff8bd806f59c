import { z } from 'zod';
import { AgenteError } from '../recovery/errors';
import { nearest } from '../recovery/nearest';
import type { Finding } from './judge';
import { stackOf } from './resource';

const row = z.strictObject({
  /** The rule that is not held. */
  rule: z.string(),
  /** URNs; `*` stands for anything. */
  urn: z.string().startsWith('urn:pulumi:'),
  /** Who answers for it; a role, because people change. */
  owner: z.string().min(1),
  reason: z.string().min(1),
  /** Last day on which it holds, in UTC. */
  until: z.iso.date(),
});
export type Exemption = z.infer<typeof row>;

/** @throws AgenteError config-invalid for what is no list of exemptions, and for a rule that there is not. */
export function readExemptions(raw: unknown, ids: readonly string[], source: string): readonly Exemption[] {
  const parsed = z.array(row).safeParse(raw);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `[${path.join('.')}] ${message}`);
    throw new AgenteError(
      'config-invalid',
      `${source}: ${faults.join('; ')}`,
      'Each row has rule, urn, owner, reason, until.',
    );
  }
  for (const { rule } of parsed.data) {
    if (ids.includes(rule)) continue;
    const near = nearest(rule, ids);
    const hint = near === null ? 'docs/policy.md has the names of all rules.' : `Perhaps it means ${near}.`;
    throw new AgenteError('config-invalid', `${source} names a rule that there is not: ${rule}`, hint);
  }
  return parsed.data;
}

function matches(glob: string, urn: string): boolean {
  const pattern = glob.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(urn);
}

/** What is exempt, and which exemptions were needed. */
export class Exemptions {
  private readonly used = new Set<Exemption>();

  constructor(
    private readonly rows: readonly Exemption[],
    /** Today in UTC, as ISO writes it. */
    private readonly today: string,
  ) {}

  /** An exemption that is over covers nothing. */
  covers({ rule, urn }: Pick<Finding, 'urn'> & { readonly rule: { readonly id: string } }): boolean {
    const found = this.rows.filter((one) => one.rule === rule.id && matches(one.urn, urn));
    for (const one of found) this.used.add(one);
    return found.some(({ until }) => until >= this.today);
  }

  /** Rows that are over, or that nothing of this stack has needed, each as a sentence. */
  stale(stack: string): string[] {
    const told = ({ rule, urn, owner, reason }: Exemption): string =>
      `the exemption from ${rule} for ${urn} (${reason}; ${owner})`;
    // A row for one stack is looked at when that stack is.
    const own = this.rows.filter(({ urn }) => matches(stackOf(urn), stack));
    return own.flatMap((one) => {
      if (one.until < this.today) return [`${told(one)} held until ${one.until}`];
      return this.used.has(one) ? [] : [`${told(one)} is not needed: nothing there breaks the rule`];
    });
  }
}
