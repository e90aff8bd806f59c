/** One statement of a policy, as far as our policies go. */
interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  /** What AWS knows of the request beside it. */
  readonly context?: Readonly<Record<string, string>>;
}

/** IAM's two wildcards: `*` for any characters, `?` for one. */
function matches(pattern: string, text: string, ignoreCase: boolean): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, ignoreCase ? 'i' : '').test(text);
}

const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

function holds(condition: Statement['Condition'], context: Readonly<Record<string, string>>): boolean {
  return Object.entries(condition ?? {}).every(([operator, pairs]) => {
    if (operator !== 'StringEquals') throw new Error(`the simulation does not know ${operator}`);
    return Object.entries(pairs).every(([key, value]) => context[key] === value);
  });
}

/** Whether a policy lets a request through: a deny wins, and what nobody allows is denied. */
export function allows(policy: string, { action, resource, context = {} }: Request): boolean {
  const { Statement: statements } = JSON.parse(policy) as { Statement: readonly Statement[] };
  const effects = statements
    .filter(
      ({ Action, Resource, Condition }) =>
        list(Action).some((pattern) => matches(pattern, action, true)) &&
        list(Resource).some((pattern) => matches(pattern, resource, false)) &&
        holds(Condition, context),
    )
    .map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}
