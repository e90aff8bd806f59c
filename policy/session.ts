import { Exemptions, readExemptions, type Exemption } from './exemption';
import { judge, type Finding, type Settings } from './judge';
import { Stack, stackOf, type Resource } from './resource';
import type { Rule } from './rule';

/** Of a rule that waits for the update. */
export interface Waiting {
  readonly rule: Rule;
  readonly urn: string;
  readonly input: string;
}

/**
 * One look at one stack: what each resource was told, what was found, and what has to wait. Rules of a
 * resource are asked while it is registered, before it is made; those of the stack once all are there.
 */
export class Session {
  private readonly told = new Map<string, Resource>();
  private advice: Finding[] = [];
  private waiting: Waiting[] = [];
  private exemptions: Exemptions;

  constructor(
    private readonly ids: readonly string[],
    private rows: readonly Exemption[],
    private readonly today: string,
  ) {
    this.exemptions = new Exemptions(rows, today);
  }

  /** @throws AgenteError config-invalid */
  exempt(raw: unknown, source: string): void {
    const rows = readExemptions(raw, this.ids, source);
    // The same configuration comes with every resource; what was used stays known.
    if (JSON.stringify(rows) === JSON.stringify(this.rows)) return;
    this.rows = rows;
    this.exemptions = new Exemptions(rows, this.today);
  }

  remember(one: Resource): void {
    this.told.set(one.urn, one);
  }

  /** As it was told, with what the complete stack knows besides. Outputs are not what somebody has decided. */
  complete(one: Resource): Resource {
    const told = this.told.get(one.urn);
    return told === undefined ? one : { ...told, sources: one.sources };
  }

  /** @returns the mandatory findings; advice and what waits are kept for the end. */
  ask(rule: Rule, one: Resource, stack: Stack, settings: Settings): Finding[] {
    const { findings, waitsFor } = judge(rule, one, stack, settings);
    if (waitsFor !== null) this.waiting.push({ rule, urn: one.urn, input: waitsFor });
    const open = findings.filter((finding) => !this.exemptions.covers(finding));
    this.advice.push(...open.filter(({ level }) => level === 'advisory'));
    return open.filter(({ level }) => level === 'mandatory');
  }

  get advised(): readonly Finding[] {
    return this.advice;
  }

  get waits(): readonly Waiting[] {
    return this.waiting;
  }

  /** The end of the look. @returns what is wrong with the exemptions; the next look begins anew. */
  end(resources: readonly Resource[]): string[] {
    const [first] = resources;
    const stale = first === undefined ? [] : this.exemptions.stale(stackOf(first.urn));
    this.told.clear();
    this.advice = [];
    this.waiting = [];
    this.exemptions = new Exemptions(this.rows, this.today);
    return stale;
  }
}

/** A resource that is looked at alone: nothing is beside it. */
export const alone = (one: Resource): Stack => new Stack([one]);
