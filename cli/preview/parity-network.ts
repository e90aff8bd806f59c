import { z } from 'zod';
import { fact, type Fact } from './parity-fact';
import type { PlannedResource } from './stack-plan';
import { unknownValue } from './unknown';

const groupType = 'aws:ec2/securityGroup:SecurityGroup';
const ruleTypes: Readonly<Record<string, string>> = {
  'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule': 'in',
  'aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule': 'out',
};

const sides = { ingress: 'in', egress: 'out' } as const;

/** Zones of each kind of subnet, and the shape of every security group, of a site as it will be. */
export function networkFacts(standing: readonly PlannedResource[]): Fact[] {
  return [...zoneFacts(standing), ...groupFacts(standing)];
}

/** A subnet bears its zone at the end of its name. */
function zoneFacts(standing: readonly PlannedResource[]): Fact[] {
  const zones = new Map<string, Set<string>>();
  for (const { type, name, after } of standing) {
    const zone = after?.['availabilityZone'];
    if (type !== 'aws:ec2/subnet:Subnet' || typeof zone !== 'string') continue;
    const kind = name.replace(`-${zone}`, '');
    zones.set(kind, (zones.get(kind) ?? new Set()).add(zone));
  }
  return [...zones].map(([kind, found]) => fact(`zones of ${kind}`, found.size));
}

/** What is open, without ids and addresses: the sites have others, and must let in the same. */
function groupFacts(standing: readonly PlannedResource[]): Fact[] {
  const own = standing.flatMap(({ type, after }) =>
    type === 'aws:ec2/vpc:Vpc' && typeof after?.['cidrBlock'] === 'string' ? [after['cidrBlock']] : [],
  );
  return standing
    .filter(({ type }) => type === groupType)
    .map((group) => {
      const rules = standing.filter(
        ({ type, sources }) => type in ruleTypes && (sources['securityGroupId'] ?? []).includes(group.urn),
      );
      const what = `security group ${nameOf(group)}`;
      const inlineOpen = Object.keys(sides).some((side) => group.after?.[side] === unknownValue);
      if (inlineOpen || rules.some(isOpen)) return fact(what, unknownValue);
      const shapes = [
        ...rules.map(({ type, after }) => `${ruleTypes[type] ?? ''} ${shapeOf(after ?? {}, own)}`),
        ...inlineShapes(group, own),
      ];
      return fact(what, shapes.length === 0 ? 'shut' : shapes.sort().join('; '));
    });
}

/** What it lets through is known only after the update. */
const isOpen = ({ after }: PlannedResource): boolean =>
  ['ipProtocol', 'fromPort', 'toPort', 'cidrIpv4', 'cidrIpv6'].some((property) => after?.[property] === unknownValue);

/** The load balancer is called after its site. */
const nameOf = ({ name }: PlannedResource): string => name.replace(/^(primary|dr)-/, 'site-');

const block = z.looseObject({
  protocol: z.unknown(),
  fromPort: z.unknown(),
  toPort: z.unknown(),
  cidrBlocks: z.array(z.unknown()).nullish(),
  securityGroups: z.array(z.unknown()).nullish(),
});
/** Inline rules that are not known as a whole are compared by the next preview. */
const blocks = z.array(block).catch([]);

function inlineShapes({ after }: PlannedResource, own: readonly string[]): string[] {
  return (['ingress', 'egress'] as const).flatMap((side) =>
    blocks.parse(after?.[side]).map(({ protocol, fromPort, toPort, cidrBlocks, securityGroups }) => {
      const from = [
        ...(cidrBlocks ?? []).map((cidr) => sourceOf(cidr, own)),
        ...(securityGroups ?? []).map(() => 'a group'),
      ];
      return `${sides[side]} ${portsOf(protocol, fromPort, toPort)} ${from.sort().join(', ')}`;
    }),
  );
}

function shapeOf(rule: Readonly<Record<string, unknown>>, own: readonly string[]): string {
  const other = [
    ['referencedSecurityGroupId', 'a group'],
    ['prefixListId', 'a prefix list'],
  ].find(([property = '']) => rule[property] !== undefined)?.[1];
  const from = other ?? sourceOf(rule['cidrIpv4'] ?? rule['cidrIpv6'], own);
  return `${portsOf(rule['ipProtocol'], rule['fromPort'], rule['toPort'])} ${from}`;
}

function sourceOf(cidr: unknown, own: readonly string[]): string {
  if (cidr === '0.0.0.0/0' || cidr === '::/0') return 'everybody';
  return own.includes(String(cidr)) ? 'its network' : String(cidr);
}

const portsOf = (protocol: unknown, from: unknown, to: unknown): string =>
  String(protocol) === '-1'
    ? 'all'
    : `${String(protocol)} ${from === to ? String(from) : `${String(from)}-${String(to)}`}`;
