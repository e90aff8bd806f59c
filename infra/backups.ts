import type * as aws from '@pulumi/aws';
import { arn } from '../components/arn';
import { BackupPlan } from '../components/backup-plan';
import { BackupVault } from '../components/backup-vault';
import type { EncryptionKey } from '../components/encryption-key';
import type { FileSystem } from '../components/file-system';
import { RestoreTesting } from '../components/restore-testing';
import { Schedule } from '../recovery/schedule';
import { workload } from '../recovery/workload';
import type { SiteConfig } from './config';
import type { Databases } from './databases';
import type { Foundation } from './foundation';

/** The same in both regions, so that each site can name the other's. */
const vaultName = 'agente-dr';

/** Here for as long as the logs of the databases reach back, and in the other region for the procedure's 90 days. */
const keep = workload.datasets.postgres.protection.with.base.keep;
const keepCopies = workload.datasets.vault.protection.with.offSite.keep;

/** After the jobs of the night, so that a dump and a snapshot do not ask the same disk at once. */
export const snapshots = Schedule.cron('0 5 * * *');
/** The procedure's weekly restore to somewhere else. */
export const restoreTests = Schedule.cron('0 6 * * 0');

/** Stands in every role: the other site copies into it before this one has a store. */
export function layBackupVault(key: EncryptionKey, provider: aws.Provider): BackupVault {
  return new BackupVault(
    'backup-vault',
    { vaultName, keyArn: key.arn, keep: { atLeast: keep, atMost: keepCopies } },
    { provider },
  );
}

export function putUpBackups(
  config: SiteConfig,
  { backupVault, provider }: Foundation,
  { databases, files }: { readonly databases: Databases; readonly files: FileSystem },
): void {
  const { accountId, region, peerRegion, site } = config;
  new BackupPlan(
    'backup-plan',
    {
      planName: `agente-dr-${site}`,
      accountId,
      region,
      vaultName: backupVault.vaultName,
      resourceArns: [...Object.values(databases).map(({ instance }) => instance.arn), files.arn],
      schedule: snapshots.toAwsExpression(),
      keep,
      copyTo: { vaultArn: arn.backupVault(peerRegion, accountId, vaultName), keep: keepCopies },
    },
    { provider },
  );
  new RestoreTesting(
    'restore-testing',
    {
      planName: `agente_dr_${site}`,
      accountId,
      region,
      vaultArn: backupVault.arn,
      schedule: restoreTests.toAwsExpression(),
      databaseSubnetGroup: databases.postgres.subnetGroupName,
    },
    { provider },
  );
}
