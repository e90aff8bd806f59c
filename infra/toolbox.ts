import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { FileSystem } from '../components/file-system';
import type { Statement } from '../components/iam';
import { Task } from '../components/task';
import type { TaskArgs } from '../components/task-container';
import type { BackupJob } from '../recovery/backup-job';
import { identitySecret, recipientsVariable } from '../recovery/recipients';
import type { SiteConfig } from './config';
import { monitoringFolders } from './names';
import { backupRights, restoreRights, validateRights, type RightsArgs } from './rights';
import { witnessList, type CommonArgs } from './task-args';

type Role = BackupJob['role'];

/** The toolbox once for each kind of work, with the rights of that kind. */
export type Toolbox = Readonly<Record<Role, Task>>;

interface Kit {
  readonly rights: RightsArgs;
  readonly image: TaskArgs['image'];
  /** What the monitoring keeps. */
  readonly files: FileSystem;
}

/** What one kind of work is given beside the others. */
interface Given {
  readonly rights: readonly Statement[];
  readonly secrets: TaskArgs['secrets'];
  readonly files: NonNullable<TaskArgs['files']>;
  readonly after: readonly pulumi.Resource[];
}

export function putUpToolbox(
  config: SiteConfig,
  { startAfter, ...common }: CommonArgs,
  { rights, image, files }: Kit,
  provider: aws.Provider,
): Toolbox {
  const task = (role: Role, given: Given): Task =>
    new Task(
      role,
      {
        ...common,
        image,
        size: { cpu: 1024, memory: 2048 },
        environment: { ...common.environment, ...toolboxEnvironment(config) },
        secrets: { ...common.secrets, ...given.secrets },
        // Everything streams; what a client insists on writing down goes here.
        scratch: ['/tmp'],
        files: given.files,
        rights: given.rights,
      },
      { provider, dependsOn: [...startAfter, ...given.after] },
    );
  // Who takes recovery points cannot open one: a thief of its rights gets nothing to read.
  const opens = { secrets: { BACKUP_IDENTITY: identitySecret }, files: [], after: [] };
  const backedUp = Object.entries(monitoringFolders).map(([name, folder]) => ({
    ...files.mounted(name, folder),
    readOnly: true,
  }));
  return {
    backup: task('backup', { rights: backupRights(rights), secrets: {}, files: backedUp, after: files.ready }),
    restore: task('restore', { ...opens, rights: restoreRights(rights) }),
    validate: task('validate', { ...opens, rights: validateRights(rights) }),
  };
}

/** What scripts/settings reads of a task of the toolbox, beside the stores. */
function toolboxEnvironment(config: SiteConfig): Record<string, string> {
  return {
    CONTROL_BUCKETS: witnessList(config),
    [recipientsVariable]: config.backupRecipients.join(','),
    PROMETHEUS_DATA: monitoringFolders.prometheus,
    GRAFANA_DATA: monitoringFolders.grafana,
    ALERTMANAGER_DATA: monitoringFolders.alertmanager,
  };
}
