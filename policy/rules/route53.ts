import { failoverDns } from '../../recovery/cadence';
import type { Resource } from '../resource';
import { when, type Rule } from '../rule';
import { atLeast, atMost } from '../settings';
import { dns, watch } from '../types';

const shortest = failoverDns.ttl.toWholeSeconds();
const detection = failoverDns.checkInterval.times(failoverDns.failureThreshold);
/** Route 53 takes no fewer. */
const fewestRegions = 3;

const placeOf = ({ inputs }: Resource): string | undefined => inputs.list('failoverRoutingPolicies')[0]?.text('type');
const nameOf = ({ inputs }: Resource): string =>
  [inputs.text('zoneId'), inputs.text('name'), inputs.text('type')].join(' ');

const ofRecord = { group: 'route53', scope: 'resource', types: [dns.record], level: 'byTier' } as const;
const ofCheck = { group: 'route53', types: [dns.check], level: 'byTier' } as const;

/** How guests find the site that serves: a pair of records that moves when somebody decides, and soon. */
export const dnsRules: readonly Rule[] = [
  {
    ...ofRecord,
    id: 'dr-dns-primary-check',
    title: 'the first record has a health check',
    unknown: { failoverRoutingPolicies: 'violation' },
    fix: 'healthCheckId: check.id',
    references: [],
    check: (one) =>
      when(
        placeOf(one) === 'PRIMARY' && !one.inputs.said('healthCheckId'),
        'without a check Route 53 takes it for healthy for ever, and guests never move',
      ),
  },
  {
    ...ofRecord,
    id: 'dr-dns-target-health',
    title: 'guests move when somebody decides, and not by themselves',
    unknown: { failoverRoutingPolicies: 'violation', aliases: 'not-applicable' },
    fix: 'evaluateTargetHealth: false',
    references: [],
    check: (one) =>
      when(
        placeOf(one) === 'PRIMARY' &&
          one.inputs.list('aliases').some((alias) => alias.flag('evaluateTargetHealth') !== false),
        'the load balancer moves the guests by its own health, before the database of the other site is promoted',
      ),
  },
  {
    ...ofRecord,
    id: 'dr-dns-ttl',
    title: 'an answer is forgotten soon',
    settings: { seconds: atMost('s', shortest) },
    unknown: { failoverRoutingPolicies: 'violation', ttl: 'violation' },
    fix: `ttl: ${shortest}`,
    references: [],
    check: (one, { setting }) => {
      const ttl = one.inputs.number('ttl') ?? 0;
      return when(
        placeOf(one) !== undefined && ttl > setting('seconds'),
        `guests keep the old answer for ${ttl} s, and ${setting('seconds')} s are promised`,
      );
    },
  },
  {
    ...ofRecord,
    id: 'dr-dns-pair',
    title: 'a first record has a second beside it',
    scope: 'stack',
    unknown: { failoverRoutingPolicies: 'violation', zoneId: 'violation', name: 'violation', type: 'violation' },
    fix: "failoverRoutingPolicies: [{ type: 'SECONDARY' }]",
    references: [],
    check: (one, { stack }) => {
      if (placeOf(one) !== 'PRIMARY') return [];
      // Each site owns its own record; where both are of one stack they must be a pair.
      const beside = stack.ofType(dns.record).filter((other) => other !== one && nameOf(other) === nameOf(one));
      return when(
        beside.length > 0 && !beside.some((other) => placeOf(other) === 'SECONDARY'),
        `0 of the ${beside.length} records of its name beside it is the second`,
      );
    },
  },
  {
    ...ofCheck,
    id: 'dr-dns-check-regions',
    title: 'a health check asks from three regions',
    scope: 'resource',
    settings: { regions: atLeast('', fewestRegions) },
    unknown: { regions: 'violation' },
    fix: 'leave regions out, or name 3',
    references: [],
    check: ({ inputs }, { setting }) => {
      const count = inputs.count('regions');
      return when(
        count > 0 && count < setting('regions'),
        `it asks from ${count} regions of ${setting('regions')}: the loss of one decides`,
      );
    },
  },
  {
    ...ofCheck,
    id: 'dr-dns-detection',
    title: 'a health check believes what it sees soon',
    scope: 'resource',
    settings: { seconds: atMost('s', detection.toWholeSeconds()) },
    unknown: { requestInterval: 'violation', failureThreshold: 'violation', type: 'violation' },
    fix: `requestInterval: ${failoverDns.checkInterval.toWholeSeconds()}, failureThreshold: ${failoverDns.failureThreshold}`,
    references: [],
    check: ({ inputs }, { setting }) => {
      if (inputs.text('type') === 'CALCULATED' || inputs.text('type') === 'CLOUDWATCH_METRIC') return [];
      // As Route 53 fills in what is not said.
      const seconds = (inputs.number('requestInterval') ?? 30) * (inputs.number('failureThreshold') ?? 3);
      return when(
        seconds > setting('seconds'),
        `it believes a change after ${seconds} s, and ${setting('seconds')} s are promised`,
      );
    },
  },
  {
    ...ofCheck,
    id: 'dr-dns-check-alarm',
    title: 'somebody is told when a health check changes its mind',
    scope: 'stack',
    level: 'advice',
    unknown: {},
    fix: 'an alarm on AWS/Route53 HealthCheckStatus with dimensions: { HealthCheckId: check.id }, in us-east-1',
    references: [],
    check: (one, { stack }) => when(stack.beside(one, watch.alarm, 'dimensions').length === 0, '0 alarms look at it'),
  },
];
