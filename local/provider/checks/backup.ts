import {
  all,
  arn,
  block,
  blocks,
  distinct,
  knownNumber,
  text,
  unless,
  wholeNumber,
  type Rule,
  type RuleTable,
} from './rule';
import { scheduleExpression, timeZone } from './schedule';

/** The first day on which it would be too late is the fourth. */
const lock = wholeNumber(3, 36_500);
const days = wholeNumber(1, 36_500);

/** Cold storage is paid for 90 days at least. */
const lifecycle = block({
  deleteAfter: all(
    days,
    unless(
      (value, inputs) => Number(value) >= (knownNumber(inputs, 'coldStorageAfter') ?? -Infinity) + 90,
      'must be 90 days after coldStorageAfter',
    ),
  ),
});

const atMost = (name: string): Rule =>
  unless((value, inputs) => Number(value) <= (knownNumber(inputs, name) ?? Infinity), `must not be above ${name}`);

const anHourAfterStart = unless(
  (value, inputs) => Number(value) >= (knownNumber(inputs, 'startWindow') ?? 480) + 60,
  'must be an hour above startWindow',
);

const rule = {
  schedule: scheduleExpression,
  scheduleExpressionTimezone: timeZone,
  startWindow: wholeNumber(60, 10_080),
  completionWindow: anHourAfterStart,
  lifecycle,
  copyActions: blocks({ destinationVaultArn: arn('backup'), lifecycle }),
};

const testingName = text(/^\w{1,50}$/, 'at most 50 letters, digits and underscores');
const name = text(/^[\w.-]{1,50}$/, 'at most 50 letters, digits and . _ -');

export const backupRules: RuleTable = {
  'aws:backup/vault:Vault': { name: text(/^[\w-]{2,50}$/, '2 to 50 letters, digits, hyphens and underscores') },
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': {
    changeableForDays: lock,
    minRetentionDays: all(days, atMost('maxRetentionDays')),
    maxRetentionDays: days,
  },
  'aws:backup/plan:Plan': { name, rules: all(distinct('ruleName'), blocks(rule)) },
  'aws:backup/selection:Selection': { name },
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': {
    name: testingName,
    scheduleExpression,
    scheduleExpressionTimezone: timeZone,
    startWindowHours: wholeNumber(1, 168),
    recoveryPointSelection: block({ selectionWindowDays: wholeNumber(1, 365) }),
  },
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': {
    name: testingName,
    validationWindowHours: wholeNumber(1, 168),
  },
};
