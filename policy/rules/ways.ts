import { workload } from '../../recovery/workload';
import { overlap } from '../cidr';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast, atMost } from '../settings';
import { lb, vpc } from '../types';

const detect = workload.datasets.postgres.recovery.data.detect;

const zonesOf = (subnets: readonly Resource[]): Set<string> =>
  new Set(
    subnets.map(({ inputs, urn }) => inputs.text('availabilityZone') ?? inputs.text('availabilityZoneId') ?? urn),
  );

const detection = ({ inputs }: Resource): number | null => {
  const check = inputs.inner('healthCheck');
  if (check === undefined || check.flag('enabled') === false) return null;
  // As ELB fills in what is not said.
  return (check.number('interval') ?? 30) * (check.number('unhealthyThreshold') ?? 3);
};

const ofBalancer = { group: 'elb', types: [lb.balancer], level: 'byTier' } as const;

/** The way of the guests: load balancers, networks, zones. */
export const wayRules: readonly Rule[] = [
  {
    ...ofBalancer,
    id: 'dr-elb-deletion-protection',
    title: 'AWS refuses to delete a load balancer',
    scope: 'resource',
    unknown: { enableDeletionProtection: 'violation' },
    fix: 'enableDeletionProtection: true',
    references: ['CKV_AWS_150', 'awsguard:elb-deletion-protection-enabled', 'prowler:elbv2_deletion_protection'],
    check: ({ inputs }) =>
      when(
        inputs.flag('enableDeletionProtection') !== true,
        'one call takes it away, and its name in DNS, which no other will have',
      ),
  },
  {
    ...ofBalancer,
    id: 'dr-elb-zones',
    title: 'a load balancer stands in two zones',
    scope: 'stack',
    settings: { zones: atLeast('', 2) },
    unknown: { availabilityZone: 'violation', subnets: 'not-applicable' },
    fix: 'subnets of two zones',
    references: ['aws-config:ELBV2_MULTIPLE_AZ', 'prowler:elbv2_is_in_multiple_az'],
    check: (one, { stack, setting }) => {
      const count = one.inputs.count('subnets');
      const subnets = stack.behind(one, 'subnets', vpc.subnet);
      const zones = subnets.length > 0 ? zonesOf(subnets).size : count;
      return when(zones < setting('zones'), `it stands in ${zones} of ${setting('zones')} zones`);
    },
  },
  {
    ...ofBalancer,
    id: 'dr-elb-cross-zone',
    title: 'a network load balancer reaches the targets of every zone',
    scope: 'resource',
    unknown: { loadBalancerType: 'violation', enableCrossZoneLoadBalancing: 'violation' },
    fix: 'enableCrossZoneLoadBalancing: true',
    references: ['CKV_AWS_138', 'prowler:elb_cross_zone_load_balancing_enabled'],
    check: ({ inputs }) =>
      when(
        inputs.text('loadBalancerType') === 'network' && inputs.flag('enableCrossZoneLoadBalancing') !== true,
        'clients of the zone without a target are answered by 0 of them',
      ),
  },
  {
    id: 'dr-elb-detection',
    group: 'elb',
    title: 'a target that is gone is noticed in time',
    scope: 'resource',
    types: [lb.targets],
    level: 'byTier',
    settings: { seconds: atMost('s', detect.toWholeSeconds()) },
    unknown: { healthCheck: 'violation' },
    fix: "healthCheck: { path: '/health/ready', interval: 10, unhealthyThreshold: 3 }",
    references: ['CKV_AWS_261'],
    check: (one, { setting }) => {
      const seconds = detection(one);
      if (seconds === null) return ['nobody asks its targets whether they are well'];
      return when(
        seconds > setting('seconds'),
        `a dead target is noticed after ${seconds} s, and ${setting('seconds')} s are promised`,
      );
    },
  },
  {
    id: 'dr-vpc-cidr',
    group: 'vpc',
    title: 'networks do not overlap',
    scope: 'stack',
    types: [vpc.vpc],
    level: 'always',
    unknown: { cidrBlock: 'violation' },
    fix: 'another cidrBlock',
    references: ['prowler:vpc_different_regions'],
    check: (one, { stack }) => {
      const own = one.inputs.text('cidrBlock') ?? '';
      // Each pair once: it is said of the later one by name.
      const others = stack.ofType(vpc.vpc).filter(({ urn }) => urn < one.urn);
      return others.flatMap(({ name, inputs }) =>
        when(
          overlap(own, inputs.text('cidrBlock') ?? ''),
          `${own} overlaps with ${inputs.text('cidrBlock') ?? ''} of ${name}: nothing can be routed between them`,
        ),
      );
    },
  },
  {
    id: 'dr-vpc-nat-zones',
    group: 'vpc',
    title: 'the way out does not hang on one zone',
    scope: 'stack',
    types: [vpc.vpc],
    level: 'byTier',
    settings: { zones: atLeast('', 2) },
    unknown: { availabilityZone: 'violation' },
    fix: 'a NAT gateway in each zone',
    references: [],
    check: (one, { stack, setting }) => {
      const gateways = stack.ofType(vpc.nat).flatMap((gateway) => stack.behind(gateway, 'subnetId', vpc.subnet));
      const subnets = gateways.filter((subnet) => stack.behind(subnet, 'vpcId', vpc.vpc).includes(one));
      return when(
        subnets.length > 0 && zonesOf(subnets).size < setting('zones'),
        `all ways out leave by ${zonesOf(subnets).size} of ${setting('zones')} zones: with it the keeper loses two of three witnesses`,
      );
    },
  },
  {
    id: 'dr-vpc-endpoint-zones',
    group: 'vpc',
    title: 'an endpoint stands in two zones',
    scope: 'resource',
    types: [vpc.endpoint],
    level: 'byTier',
    settings: { zones: atLeast('', 2) },
    unknown: { vpcEndpointType: 'violation', subnetIds: 'not-applicable' },
    fix: 'subnetIds of two zones',
    references: ['prowler:vpc_endpoint_multi_az_enabled'],
    check: ({ inputs }, { setting }) => {
      // Of another kind it has no subnets, and need not know them.
      if (inputs.text('vpcEndpointType') !== 'Interface') return [];
      const zones = inputs.count('subnetIds');
      return when(zones < setting('zones'), `it stands in ${zones} of ${setting('zones')} zones`);
    },
  },
];
