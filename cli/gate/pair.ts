import { overlap } from '../../policy/cidr';
import type { Resource } from '../../policy/resource';
import { dns, rds, vpc } from '../../policy/types';
import { parityFindings } from '../preview/parity';
import { gateFinding, type GateFinding } from './finding';
import { stackUrn } from './pack-findings';
import type { PlannedStack } from './planned-stack';

/** What only both stacks together can break; nothing where not both were planned. */
export function pairFindings(stacks: readonly PlannedStack[], now: Date): GateFinding[] {
  const [primary, dr] = ['primary', 'dr'].map((name) => stacks.find(({ plan }) => plan.stack === name));
  if (primary === undefined || dr === undefined) return [];
  const urn = stackUrn(dr);
  const parity = parityFindings([primary.plan, dr.plan], now).map(({ fact }) =>
    gateFinding(
      'dr-gate-parity',
      urn,
      fact,
      'make the sites alike, or declare the difference in recovery/parity-exceptions.ts',
    ),
  );
  return [...parity, ...regions(primary, dr), ...networks(primary, dr), ...records(primary, dr)];
}

function regions(primary: PlannedStack, dr: PlannedStack): GateFinding[] {
  const [one, other] = [primary, dr].map(({ after }) => after.ofType(vpc.vpc, rds.instance)[0]?.region);
  if (one === undefined || one !== other) return [];
  return [
    gateFinding(
      'dr-gate-regions',
      stackUrn(dr),
      `both sites lie in ${one}, and are gone together`,
      'agente-dr:region of one of them',
    ),
  ];
}

const blockOf = ({ inputs }: Resource): string =>
  inputs.isUnknown('cidrBlock') ? '' : (inputs.text('cidrBlock') ?? '');

function networks(primary: PlannedStack, dr: PlannedStack): GateFinding[] {
  return dr.after.ofType(vpc.vpc).flatMap((own) =>
    primary.after
      .ofType(vpc.vpc)
      .filter((other) => overlap(blockOf(own), blockOf(other)))
      .map((other) =>
        gateFinding(
          'dr-gate-cidr',
          own.urn,
          `${blockOf(own)} overlaps with ${blockOf(other)} of primary: nothing can be routed between the sites`,
          'agente-dr:vpcCidr of one of them',
        ),
      ),
  );
}

function records(primary: PlannedStack, dr: PlannedStack): GateFinding[] {
  const places = (stack: PlannedStack) =>
    stack.after
      .ofType(dns.record)
      .flatMap(({ inputs }) => inputs.list('failoverRoutingPolicies').map((one) => one.text('type')));
  const [first, second] = [places(primary), places(dr)];
  if (first.length === 0 && second.length === 0) return [];
  if (first.includes('PRIMARY') && second.includes('SECONDARY')) return [];
  const told = `primary has ${first.join(', ') || 'no record'} and dr has ${second.join(', ') || 'no record'}`;
  return [
    gateFinding(
      'dr-gate-dns-pair',
      stackUrn(dr),
      `${told}: guests can be sent to one of the sites only`,
      'a record in each: PRIMARY in primary, SECONDARY in dr',
    ),
  ];
}
