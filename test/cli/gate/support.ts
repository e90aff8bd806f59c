/** One resource of a plan as the engine prints it. */
export interface Planned {
  readonly op: string;
  readonly type: string;
  readonly name: string;
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  readonly protectedBefore?: boolean;
}

export const urnOf = (stack: string, { type, name }: Pick<Planned, 'type' | 'name'>): string =>
  `urn:pulumi:${stack}::agente-dr::${type}::${name}`;

/** What `pulumi preview --json --show-sames` prints. */
export function planText(stack: string, resources: readonly Planned[]): string {
  const root: Planned = { op: 'same', type: 'pulumi:pulumi:Stack', name: `agente-dr-${stack}`, before: {}, after: {} };
  const steps = [root, ...resources].map((one) => {
    const urn = urnOf(stack, one);
    const state = (inputs: object | undefined, protect: boolean) =>
      inputs === undefined ? null : { urn, type: one.type, inputs, protect };
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
