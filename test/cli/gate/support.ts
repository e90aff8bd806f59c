import { readPlannedStack } from '../../../cli/gate/planned-stack';
import { gateReport, type GateInput } from '../../../cli/gate/report';
import type { DrillResult } from '../../../recovery/drill-result';

/** One resource of a plan as the engine prints it. */
export interface Planned {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly protectedBefore?: boolean;
  /** When it was made, of what stands. */
  readonly created?: string;
  /** Input -> other resources of the plan that flow into it. */
  readonly sources?: Readonly<Record<string, readonly Pick<Planned, 'type' | 'name'>[]>>;
}

export const urnOf = (stack: string, { type, name }: Pick<Planned, 'type' | 'name'>): string =>
  `urn:pulumi:${stack}::agente-dr::${type}::${name}`;

/** What `pulumi preview --json --show-sames` prints. */
export function planText(stack: string, resources: readonly Planned[]): string {
  const root: Planned = { op: 'same', type: 'pulumi:pulumi:Stack', name: `agente-dr-${stack}`, before: {}, after: {} };
  const steps = [root, ...resources].map((one) => {
    const urn = urnOf(stack, one);
    const propertyDependencies = Object.fromEntries(
      Object.entries(one.sources ?? {}).map(([property, found]) => [
        property,
        found.map((other) => urnOf(stack, other)),
      ]),
    );
    const state = (inputs: object | undefined, protect: boolean) =>
      inputs === undefined
        ? null
        : { urn, type: one.type, inputs, protect, created: one.created, propertyDependencies };
    return {
      op: one.op,
      urn,
      oldState: state(one.before, protectionOf(one).before),
      newState: state(one.after, protectionOf(one).after),
    };
  });
  const same = steps.filter(({ op }) => op === 'same').length;
  return JSON.stringify({ steps, changeSummary: { same } });
}

const protectionOf = ({ protect = true, protectedBefore = true }: Planned): { before: boolean; after: boolean } => ({
  before: protectedBefore,
  after: protect,
});

export const now = new Date('2026-11-28T12:00:00Z');

/** A drill of last week that was good and real. */
export const drill = (changes: object = {}): DrillResult =>
  ({
    scenario: 'region-loss',
    target: 'local',
    verdict: 'passed',
    reasons: [],
    startedAt: '2026-11-20T00:00:00Z',
    rto: { seconds: 60 },
    stores: ['postgres', 'pms'].map((name) => ({ name, lostSeconds: 1, objectiveSeconds: 900 })),
    timeScale: 1,
    injected: { regionSpared: false },
    ...changes,
  }) as unknown as DrillResult;

export function report(stacks: Readonly<Record<string, readonly Planned[]>>, more: Partial<GateInput> = {}) {
  return gateReport({
    stacks: Object.entries(stacks).map(([stack, resources]) => readPlannedStack(stack, planText(stack, resources))),
    assent: { acknowledged: [], proofs: [] },
    drills: [drill()],
    exemptions: [],
    drFile: null,
    now,
    ...more,
  });
}

/** Rules of the gate itself that are broken, one by one. */
export const gateRulesIn = (...args: Parameters<typeof report>): string[] =>
  report(...args)
    .findings.map(({ rule }) => rule)
    .filter((rule) => rule.startsWith('dr-gate'));
