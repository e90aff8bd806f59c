import type * as aws from '@pulumi/aws';
import type { Statement } from '../components/iam';
import { Task } from '../components/task';
import type { BackupJob } from '../recovery/backup-job';
import type { SiteConfig } from './config';
import { backupRights, restoreRights, validateRights, type RightsArgs } from './rights';
import { witnessList, type CommonArgs } from './task-args';

/** The toolbox once for each kind of work, with the rights of that kind. */
export type Toolbox = Readonly<Record<BackupJob['role'], Task>>;

const rightsOf: Readonly<Record<BackupJob['role'], (args: RightsArgs) => Statement[]>> = {
  backup: backupRights,
  restore: restoreRights,
  validate: validateRights,
};

export function putUpToolbox(
  config: SiteConfig,
  { startAfter, ...common }: CommonArgs,
  rights: RightsArgs,
  image: CommonArgs['environment'][string],
  provider: aws.Provider,
): Toolbox {
  const task = (role: BackupJob['role']): Task =>
    new Task(
      role,
      {
        ...common,
        image,
        size: { cpu: 1024, memory: 2048 },
        environment: { ...common.environment, CONTROL_BUCKETS: witnessList(config) },
        // Everything streams; what a client insists on writing down goes here.
        scratch: ['/tmp'],
        rights: rightsOf[role](rights),
      },
      { provider, dependsOn: startAfter },
    );
  return { backup: task('backup'), restore: task('restore'), validate: task('validate') };
}
