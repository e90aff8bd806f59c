import { isObject, type Properties } from '../values';
import {
  all,
  block,
  blocks,
  conflictsWith,
  count,
  documentIn,
  isGiven,
  items,
  known,
  knownNumber,
  needs,
  oneOf,
  plain,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';

const balancerName = text(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, 'at most 32 letters, digits and hyphens');
const containerName = text(/^[\w-]{1,255}$/, 'at most 255 letters, digits, hyphens and underscores');

const range = (least: number, most: number, step: number): readonly number[] =>
  Array.from({ length: (most - least) / step + 1 }, (_, i) => least + i * step);

/** Memory in MiB that Fargate has for CPU units. */
const fargate: Readonly<Record<string, readonly number[]>> = {
  256: [512, 1_024, 2_048],
  512: range(1_024, 4_096, 1_024),
  1024: range(2_048, 8_192, 1_024),
  2048: range(4_096, 16_384, 1_024),
  4096: range(8_192, 30_720, 1_024),
  8192: range(16_384, 61_440, 4_096),
  16384: range(32_768, 122_880, 8_192),
};

const isFargate = (inputs: Properties): boolean => items(known(inputs, 'requiresCompatibilities')).includes('FARGATE');

const cpu: Rule = unless(
  (value, inputs) => !isFargate(inputs) || plain(value) in fargate,
  `must be one of ${Object.keys(fargate).join(', ')} on Fargate`,
);

const memory: Rule = (value, inputs) => {
  const units = known(inputs, 'cpu');
  const sizes = isFargate(inputs) && units !== undefined ? fargate[plain(units)] : undefined;
  return sizes === undefined || sizes.includes(Number(value))
    ? null
    : `${plain(value)} does not go with cpu ${plain(units)} on Fargate`;
};

const containers: Rule = (value) => {
  const list = items(documentIn(value));
  if (list.length === 0) return 'must be a JSON list of containers';
  const names = list.map((container) => (isObject(container) ? known(container, 'name') : undefined));
  return new Set(names).size === names.length ? null : 'must differ in name';
};

const health = block({
  interval: wholeNumber(5, 300),
  timeout: all(
    wholeNumber(2, 120),
    unless((value, check) => Number(value) < (knownNumber(check, 'interval') ?? 30), 'must be below interval'),
  ),
  healthyThreshold: wholeNumber(2, 10),
  unhealthyThreshold: wholeNumber(2, 10),
});

const action = {
  type: oneOf('authenticate-cognito', 'authenticate-oidc', 'fixed-response', 'forward', 'jwt-validation', 'redirect'),
  forward: block({ targetGroups: all(count(1, 5), blocks({ weight: wholeNumber(0, 999) })) }),
};

const someOf = unless((value) => items(value).length > 0, 'must be at least one');

const tls = unless(
  (value, inputs) => value !== 'HTTPS' || isGiven(inputs, 'certificateArn'),
  'HTTPS needs certificateArn',
);

export const serviceRules: RuleTable = {
  'aws:ecs/cluster:Cluster': { name: containerName },
  'aws:ecs/taskDefinition:TaskDefinition': {
    family: containerName,
    containerDefinitions: containers,
    cpu,
    memory,
    networkMode: unless((value, inputs) => !isFargate(inputs) || value === 'awsvpc', 'must be awsvpc on Fargate'),
    ephemeralStorage: block({ sizeInGib: wholeNumber(21, 200) }),
  },
  'aws:ecs/service:Service': {
    name: containerName,
    desiredCount: wholeNumber(0, 5_000),
    launchType: all(oneOf('EC2', 'EXTERNAL', 'FARGATE'), conflictsWith('capacityProviderStrategies')),
    deploymentConfiguration: block({
      strategy: oneOf('ROLLING', 'BLUE_GREEN', 'LINEAR', 'CANARY'),
      bakeTimeInMinutes: unless((value) => Number(value) >= 0 && Number(value) <= 1_440, 'must be from 0 to 1440'),
    }),
  },
  'aws:appautoscaling/target:Target': {
    minCapacity: unless(
      (value, inputs) => Number(value) <= (knownNumber(inputs, 'maxCapacity') ?? Infinity),
      'must not be above maxCapacity',
    ),
  },
  'aws:lb/loadBalancer:LoadBalancer': { name: balancerName, idleTimeout: wholeNumber(1, 4_000) },
  'aws:lb/targetGroup:TargetGroup': {
    name: balancerName,
    deregistrationDelay: wholeNumber(0, 3_600),
    healthCheck: health,
  },
  'aws:lb/listener:Listener': { port: wholeNumber(1, 65_535), protocol: tls },
  'aws:lb/listenerRule:ListenerRule': {
    priority: wholeNumber(1, 50_000),
    conditions: someOf,
    actions: all(someOf, blocks(action)),
  },
  'aws:route53/healthCheck:HealthCheck': {
    failureThreshold: wholeNumber(1, 10),
    requestInterval: oneOf(10, 30),
    type: oneOf(
      ...['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'],
      ...['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'],
    ),
  },
  'aws:route53/record:Record': {
    aliases: conflictsWith('records', 'ttl'),
    failoverRoutingPolicies: needs('setIdentifier'),
    records: needs('ttl'),
  },
};
