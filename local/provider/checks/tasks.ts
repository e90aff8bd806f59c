import { isObject } from '../values';
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
  needs,
  oneOf,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';
import { scheduleExpression, timeZone } from './schedule';

const repositoryName = text(
  /^(?=.{2,256}$)([a-z0-9]+([._-][a-z0-9]+)*\/)*[a-z0-9]+([._-][a-z0-9]+)*$/,
  '2 to 256 lowercase letters, digits and . _ - in parts between slashes',
);

/** Rules have priorities of their own. */
const lifecyclePolicy: Rule = (value) => {
  const policy = documentIn(value);
  const rules = isObject(policy) ? items(known(policy, 'rules')) : [];
  if (rules.length === 0) return 'must be a JSON document with rules';
  const priorities = rules.map((rule) => (isObject(rule) ? known(rule, 'rulePriority') : undefined));
  return new Set(priorities).size === priorities.length ? null : 'rules must differ in rulePriority';
};

const place = unless(
  (value) => !isObject(value) || isGiven(value, 'region') || isGiven(value, 'availabilityZoneName'),
  'needs region or availabilityZoneName',
);

const account = wholeNumber(0, 4_294_967_295);
const name = text(/^[\w.-]{1,64}$/, 'at most 64 letters, digits and . _ -');

/** A window is as long as it is said to be, or there is none. */
const flexibleWindow = unless(
  (value) =>
    !isObject(value) ||
    value['mode'] === undefined ||
    (known(value, 'mode') === 'FLEXIBLE') === isGiven(value, 'maximumWindowInMinutes'),
  'needs maximumWindowInMinutes if and only if its mode is FLEXIBLE',
);

const retry = block({
  maximumEventAgeInSeconds: wholeNumber(60, 86_400),
  maximumRetryAttempts: wholeNumber(0, 185),
});

export const taskRules: RuleTable = {
  'aws:ecr/repository:Repository': {
    name: repositoryName,
    imageTagMutability: oneOf('MUTABLE', 'IMMUTABLE', 'MUTABLE_WITH_EXCLUSION', 'IMMUTABLE_WITH_EXCLUSION'),
  },
  'aws:ecr/lifecyclePolicy:LifecyclePolicy': { policy: lifecyclePolicy },
  'aws:ecr/replicationConfiguration:ReplicationConfiguration': {
    replicationConfiguration: block({ rules: all(count(0, 10), blocks({ destinations: count(1, 25) })) }),
  },
  'aws:efs/fileSystem:FileSystem': {
    creationToken: text(/^.{1,64}$/, 'at most 64 characters'),
    kmsKeyId: needs('encrypted'),
    performanceMode: oneOf('generalPurpose', 'maxIO'),
    provisionedThroughputInMibps: unless(
      (_, inputs) => known(inputs, 'throughputMode') === 'provisioned',
      'needs throughputMode provisioned',
    ),
    throughputMode: all(
      oneOf('bursting', 'elastic', 'provisioned'),
      unless(
        (value, inputs) => value !== 'elastic' || known(inputs, 'performanceMode') !== 'maxIO',
        'elastic conflicts with performanceMode maxIO',
      ),
      unless(
        (value, inputs) => value !== 'provisioned' || isGiven(inputs, 'provisionedThroughputInMibps'),
        'provisioned needs provisionedThroughputInMibps',
      ),
    ),
    protection: block({ replicationOverwrite: oneOf('ENABLED', 'DISABLED', 'REPLICATING') }),
  },
  'aws:efs/accessPoint:AccessPoint': {
    posixUser: block({ uid: account, gid: account }),
    rootDirectory: block({ path: text(/^\/.{0,99}$/, 'a path of at most 100 characters from /') }),
  },
  'aws:efs/backupPolicy:BackupPolicy': { backupPolicy: block({ status: oneOf('ENABLED', 'DISABLED') }) },
  'aws:efs/mountTarget:MountTarget': {
    securityGroups: count(0, 5),
  },
  'aws:efs/replicationConfiguration:ReplicationConfiguration': { destination: place },
  'aws:scheduler/scheduleGroup:ScheduleGroup': { name },
  'aws:scheduler/schedule:Schedule': {
    name: all(name, conflictsWith('namePrefix')),
    scheduleExpression,
    scheduleExpressionTimezone: timeZone,
    state: oneOf('ENABLED', 'DISABLED'),
    flexibleTimeWindow: all(
      flexibleWindow,
      block({ mode: oneOf('OFF', 'FLEXIBLE'), maximumWindowInMinutes: wholeNumber(1, 1_440) }),
    ),
    target: block({ retryPolicy: retry }),
  },
};
