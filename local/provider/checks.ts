import type { CheckFailure } from './provider';
import { isUnknown, reveal, type Properties, type Value } from './values';

type Rule = (value: Value, inputs: Properties) => string | null;
type Rules = Readonly<Record<string, Rule>>;

const wholeNumber =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? null
      : `must be a whole number from ${String(least)} to ${String(most)}, got ${JSON.stringify(value)}`;

const oneOf =
  (...allowed: readonly (number | string)[]): Rule =>
  (value) =>
    allowed.some((item) => item === value)
      ? null
      : `must be one of ${allowed.join(', ')}, got ${JSON.stringify(value)}`;

const text =
  (pattern: RegExp, what: string): Rule =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? null : `must be ${what}, got ${JSON.stringify(value)}`;

/** Says what is wrong without the value. */
const secretText =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'string' && value.length >= least && value.length <= most
      ? null
      : `must have ${String(least)} to ${String(most)} characters`;

const balancerName = text(/^(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/, 'at most 32 letters, digits and hyphens');
const cidr = text(/^\d+\.\d+\.\d+\.\d+\/(1[6-9]|2[0-8])$/, 'an IPv4 block from /16 to /28');

/** A replica has its source's. */
const notOnReplicas: Rule = (_value, inputs) =>
  inputs['replicateSourceDb'] === undefined ? null : 'conflicts with replicateSourceDb';

/** Refusals of AWS and of the official provider that do not need AWS to be known. */
const rulesOf: Readonly<Record<string, Rules>> = {
  'aws:rds/instance:Instance': {
    backupRetentionPeriod: wholeNumber(0, 35),
    identifier: text(
      /^[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)$/,
      'at most 63 lowercase letters, digits and single hyphens, a letter first',
    ),
    password: secretText(8, 128),
    passwordWo: secretText(8, 128),
    username: notOnReplicas,
    dbName: notOnReplicas,
    monitoringInterval: oneOf(0, 1, 5, 10, 15, 30, 60),
  },
  'aws:elasticache/replicationGroup:ReplicationGroup': {
    replicationGroupId: text(
      /^[a-z](?!.*--)[a-z0-9-]{0,39}(?<!-)$/,
      'at most 40 lowercase letters, digits and hyphens',
    ),
    authToken: secretText(16, 128),
    authTokenWo: secretText(16, 128),
    snapshotRetentionLimit: wholeNumber(0, 35),
    automaticFailoverEnabled: (value, inputs) =>
      value === true && inputs['numCacheClusters'] === 1 ? 'needs numCacheClusters of at least 2' : null,
  },
  'aws:s3/bucket:Bucket': {
    bucket: text(/^[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 lowercase letters, digits, dots and hyphens'),
  },
  'aws:ec2/vpc:Vpc': { cidrBlock: cidr },
  'aws:ec2/subnet:Subnet': { cidrBlock: cidr },
  'aws:kms/key:Key': { deletionWindowInDays: wholeNumber(7, 30), rotationPeriodInDays: wholeNumber(90, 2_560) },
  'aws:kms/alias:Alias': { name: text(/^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/, 'alias/ and a name') },
  'aws:secretsmanager/secret:Secret': {
    recoveryWindowInDays: oneOf(0, ...Array.from({ length: 24 }, (_, i) => i + 7)),
  },
  'aws:lb/loadBalancer:LoadBalancer': { name: balancerName },
  'aws:lb/targetGroup:TargetGroup': { name: balancerName, deregistrationDelay: wholeNumber(0, 3_600) },
  'aws:cloudwatch/logGroup:LogGroup': {
    retentionInDays: oneOf(
      ...[0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731],
      ...[1096, 1827, 2192, 2557, 2922, 3288, 3653],
    ),
  },
  'aws:iam/role:Role': {
    maxSessionDuration: wholeNumber(3_600, 43_200),
    name: text(/^[\w+=,.@-]{1,64}$/, 'at most 64 of A-Z a-z 0-9 +=,.@_-'),
  },
  'aws:route53/healthCheck:HealthCheck': { failureThreshold: wholeNumber(1, 10), requestInterval: oneOf(10, 30) },
};

/** Every fault of the inputs that is known before anything is asked; what is unknown in a preview passes. */
export function failuresOf(type: string, inputs: Properties): CheckFailure[] {
  return Object.entries(rulesOf[type] ?? {}).flatMap(([property, rule]) => {
    const value = inputs[property];
    if (value === undefined || value === null || isUnknown(value)) return [];
    const reason = rule(reveal(value), inputs);
    return reason === null ? [] : [{ property, reason: `${property} ${reason}` }];
  });
}
