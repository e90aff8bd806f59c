import { row, type TypeTable } from './row';

export const backupTable: TypeTable = {
  'aws:backup/vault:Vault': row({
    source: 'aws_backup_vault',
    forceNew: 'kmsKeyArn name',
    optionalComputed: 'kmsKeyArn name',
    computed: 'arn recoveryPoints tagsAll',
    name: ['name', 50],
  }),
  'aws:backup/vaultLockConfiguration:VaultLockConfiguration': row({
    source: 'aws_backup_vault_lock_configuration',
    forceNew: 'backupVaultName changeableForDays maxRetentionDays minRetentionDays',
    computed: 'backupVaultArn',
  }),
  'aws:backup/vaultPolicy:VaultPolicy': row({
    source: 'aws_backup_vault_policy',
    forceNew: 'backupVaultName',
    computed: 'backupVaultArn',
    documents: 'policy',
  }),
  'aws:backup/plan:Plan': row({
    source: 'aws_backup_plan',
    forceNew: 'name',
    optionalComputed: 'name',
    computed: 'arn tagsAll version',
    recomputed: 'version',
    name: ['name', 50],
  }),
  // It has no update: each change is another selection.
  'aws:backup/selection:Selection': row({
    source: 'aws_backup_selection',
    forceNew: 'conditions iamRoleArn name notResources planId resources selectionTags',
    optionalComputed: 'conditions name notResources',
    name: ['name', 50],
  }),
  'aws:backup/restoreTestingPlan:RestoreTestingPlan': row({
    source: 'aws_backup_restore_testing_plan',
    forceNew: 'name',
    optionalComputed: 'name scheduleExpressionTimezone startWindowHours',
    computed: 'arn tagsAll',
    name: ['name', 50],
  }),
  'aws:backup/restoreTestingSelection:RestoreTestingSelection': row({
    source: 'aws_backup_restore_testing_selection',
    forceNew: 'name protectedResourceType restoreTestingPlanName',
    optionalComputed: 'name protectedResourceArns restoreMetadataOverrides validationWindowHours',
    name: ['name', 50],
  }),
};
