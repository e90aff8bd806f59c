import { isObject, type Properties, type Value } from '../values';
import {
  all,
  arn,
  blocks,
  conflictsWith,
  isGiven,
  known,
  knownNumber,
  needs,
  oneOf,
  plain,
  secretText,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';

/** A replica has its source's. */
const notOnReplicas = conflictsWith('replicateSourceDb');

/** Major versions that RDS still makes. */
const versions: Readonly<Record<string, RegExp>> = {
  postgres: /^1[3-8](\.\d+)?$/,
  mysql: /^(8\.0|8\.4)(\.\d+)?$/,
};

const engineVersion: Rule = (value, inputs) => {
  const engine = plain(known(inputs, 'engine'));
  const pattern = versions[engine];
  return pattern === undefined || pattern.test(plain(value))
    ? null
    : `${plain(value)} is no version of ${engine} that RDS has`;
};

const sources = ['sourceDbInstanceIdentifier', 'sourceDbiResourceId', 'sourceDbInstanceAutomatedBackupsArn'];

/** One instant and one source. */
const restore = unless(
  (value) =>
    isObject(value) &&
    isGiven(value, 'restoreTime') !== isGiven(value, 'useLatestRestorableTime') &&
    sources.filter((name) => isGiven(value, name)).length === 1,
  'needs one of restoreTime and useLatestRestorableTime, and one source',
);

const restoreTime: Rule = (value) => {
  const time = isObject(value) ? known(value, 'restoreTime') : undefined;
  return time === undefined || /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(plain(time))
    ? null
    : 'restoreTime must be a time with an offset';
};

const aboveAllocated = (value: Value, inputs: Properties): boolean => {
  const allocated = knownNumber(inputs, 'allocatedStorage');
  return value === 0 || allocated === null || (typeof value === 'number' && value > allocated);
};

const groupName = text(/^[a-z](?!.*--)[a-z0-9-]{0,254}(?<!-)$/, 'at most 255 lowercase letters, digits and hyphens');

export const databaseRules: RuleTable = {
  'aws:rds/instance:Instance': {
    allocatedStorage: wholeNumber(20, 65_536),
    maxAllocatedStorage: unless(aboveAllocated, 'must be above allocatedStorage'),
    backupRetentionPeriod: wholeNumber(0, 35),
    backupWindow: text(/^\d\d:\d\d-\d\d:\d\d$/, 'hh:mm-hh:mm'),
    identifier: text(
      /^[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)$/,
      'at most 63 lowercase letters, digits and single hyphens, a letter first',
    ),
    engineVersion,
    finalSnapshotIdentifier: text(
      /^[A-Za-z](?!.*--)[A-Za-z0-9-]{0,254}(?<!-)$/,
      'at most 255 letters, digits and single hyphens, a letter first',
    ),
    kmsKeyId: unless((_, inputs) => known(inputs, 'storageEncrypted') !== false, 'needs storageEncrypted'),
    password: all(secretText(8, 128), conflictsWith('passwordWo', 'manageMasterUserPassword')),
    passwordWo: all(secretText(8, 128), conflictsWith('manageMasterUserPassword')),
    passwordWoVersion: needs('passwordWo'),
    username: notOnReplicas,
    dbName: notOnReplicas,
    replicateSourceDb: conflictsWith('restoreToPointInTime', 's3Import', 'snapshotIdentifier'),
    restoreToPointInTime: all(restore, restoreTime, conflictsWith('s3Import', 'snapshotIdentifier')),
    monitoringInterval: all(
      oneOf(0, 1, 5, 10, 15, 30, 60),
      unless((value, inputs) => value === 0 || isGiven(inputs, 'monitoringRoleArn'), 'needs monitoringRoleArn'),
    ),
    performanceInsightsRetentionPeriod: unless(
      (value) => value === 7 || value === 731 || (typeof value === 'number' && value % 31 === 0 && value < 731),
      'must be 7, 731 or whole months of 31 days',
    ),
  },
  'aws:rds/parameterGroup:ParameterGroup': {
    name: groupName,
    parameters: blocks({ applyMethod: oneOf('immediate', 'pending-reboot') }),
  },
  'aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication': {
    retentionPeriod: wholeNumber(1, 35),
    sourceDbInstanceArn: arn('rds'),
  },
};
