import { accessRules } from './checks/access';
import { backupRules } from './checks/backup';
import { cacheRules } from './checks/caches';
import { databaseRules } from './checks/databases';
import { networkRules } from './checks/network';
import { faults, type RuleTable } from './checks/rule';
import { serviceRules } from './checks/service';
import { storageRules } from './checks/storage';
import { taskRules } from './checks/tasks';
import { watchRules } from './checks/watch';
import type { CheckFailure } from './provider';
import type { Properties } from './values';

/** Refusals of AWS and of the official provider that do not need AWS to be known: docs/local-refusals.md. */
export const ruleTable: RuleTable = {
  ...networkRules,
  ...accessRules,
  ...storageRules,
  ...databaseRules,
  ...cacheRules,
  ...backupRules,
  ...serviceRules,
  ...taskRules,
  ...watchRules,
};

/** Every fault of the inputs that is known before anything is asked; what is unknown in a preview passes. */
export function failuresOf(type: string, inputs: Properties): CheckFailure[] {
  return faults(ruleTable[type] ?? {}, inputs);
}
