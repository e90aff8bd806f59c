import { RegionRefusal, type RegionCalls } from '../api';

type Params = RegionCalls['putListenerRule']['params'];

/** Who is sent where, before a listener's own action is asked. */
export interface Rule {
  readonly arn: string;
  /** ARN of the listener. */
  readonly listener: string;
  /** Lowest first. */
  readonly priority: number;
  readonly paths: readonly string[];
  readonly headers: Params['headers'];
  /** Names of the groups that may get the requests, and the one that gets them. */
  readonly groups: readonly string[];
  readonly chosen: string;
}

/**
 * The group that gets the requests. ECS moves all guests at once; a share for each of two groups is
 * not imitated.
 * @throws RegionRefusal ValidationError
 */
export function chosenGroup(targets: Params['targets']): string {
  const [only, ...more] = targets.filter(({ weight }) => weight > 0);
  if (only === undefined || more.length > 0) {
    throw new RegionRefusal('ValidationError', 'a rule on this machine sends all requests to one target group');
  }
  return only.group;
}

/** @throws RegionRefusal PriorityInUse */
export function checkPriority(rules: readonly Rule[], rule: Rule): void {
  const taken = rules.find(
    ({ arn, listener, priority }) => arn !== rule.arn && listener === rule.listener && priority === rule.priority,
  );
  if (taken !== undefined) {
    throw new RegionRefusal('PriorityInUse', `priority ${String(rule.priority)} belongs to another rule`);
  }
}

/** A rule's own part of its ARN. */
const keyOf = ({ arn }: Rule): string => arn.split('/').at(-1) ?? arn;

/** Which group each rule has chosen, as HAProxy reads it at its start. */
export const ruleMap = (rules: readonly Rule[]): string =>
  rules.map((rule) => `${keyOf(rule)} ${rule.chosen}\n`).join('');

/** Tells a running HAProxy what a rule has chosen: a reload would leave kept connections with the old choice. */
export const ruleCommand = (map: string, rule: Rule): string => `set map ${map} ${keyOf(rule)} ${rule.chosen}`;

/**
 * Lines of a frontend, in the order in which ALB asks its rules.
 * @param map file of their choices.
 */
export function ruleLines(rules: readonly Rule[], map: string): string {
  return [...rules]
    .sort((a, b) => a.priority - b.priority)
    .map((rule) => {
      const { priority, paths, headers } = rule;
      const name = `r${String(priority)}`;
      const lines = [
        `  acl ${name}-path path -m reg ${paths.map(pattern).join(' ')}`,
        ...headers.map(
          (header, index) =>
            `  acl ${name}-h${String(index)} req.hdr(${header.name}) -m str ${header.values.join(' ')}`,
        ),
      ];
      const conditions = [`${name}-path`, ...headers.map((_header, index) => `${name}-h${String(index)}`)];
      return `${lines.join('\n')}\n  use_backend %[str(${keyOf(rule)}),map_str(${map})] if ${conditions.join(' ')}\n`;
    })
    .join('');
}

/** ALB's patterns know two wildcards: `*` for any characters, `?` for one. */
function pattern(path: string): string {
  const escaped = path
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return `^${escaped}$`;
}
