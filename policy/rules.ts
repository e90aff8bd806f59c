import { backupPlanRules } from './rules/backup-plan';
import { backupVaultRules } from './rules/backup-vault';
import { cacheRules } from './rules/elasticache';
import { dnsRules } from './rules/route53';
import { efsRules } from './rules/efs';
import { iamRules } from './rules/iam';
import { independenceRules } from './rules/independence';
import { keyRules } from './rules/keys';
import { promiseRules } from './rules/promise';
import { rdsBackupRules } from './rules/rds-backup';
import { rdsParameterRules } from './rules/rds-parameters';
import { rdsStandingRules } from './rules/rds-standing';
import { s3ReplicationRules } from './rules/s3-replication';
import { s3VersionRules } from './rules/s3-versions';
import { scheduleRules } from './rules/scheduler';
import { taskRules } from './rules/tasks';
import { watchRules } from './rules/watch';
import { wayRules } from './rules/ways';
import type { Rule } from './rule';

/** Every rule, by the resources it is about. */
export const rules: readonly Rule[] = [
  ...rdsBackupRules,
  ...rdsStandingRules,
  ...rdsParameterRules,
  ...cacheRules,
  ...s3VersionRules,
  ...s3ReplicationRules,
  ...backupVaultRules,
  ...backupPlanRules,
  ...keyRules,
  ...iamRules,
  ...taskRules,
  ...wayRules,
  ...watchRules,
  ...dnsRules,
  ...efsRules,
  ...scheduleRules,
  ...independenceRules,
  ...promiseRules,
];
