import type { Part, RegionContext } from '../supervisor/part';
import { AutomatedBackups } from './automated-backups';
import { Databases } from './databases';
import { ParameterGroups } from './parameter-groups';
import { ReplicatedBackups } from './replicated-backups';

type DatabaseCall =
  | 'putParameterGroup'
  | 'deleteParameterGroup'
  | 'createDatabase'
  | 'modifyDatabase'
  | 'describeDatabase'
  | 'deleteDatabase'
  | 'admitReplica'
  | 'replicateBackups'
  | 'describeReplicatedBackups'
  | 'ceaseReplicatedBackups'
  | 'admitBackupCopy';

/** A region's RDS. */
export function database(context: RegionContext): Part<DatabaseCall> {
  const groups = new ParameterGroups(context);
  const backups = new AutomatedBackups(context);
  const copies = new ReplicatedBackups(context);
  const databases = new Databases(context, groups, backups, copies);
  const nothing = Promise.resolve({});
  return {
    calls: {
      putParameterGroup: ({ name, parameters }) => databases.putGroup(name, parameters),
      deleteParameterGroup: async ({ name }) => {
        groups.remove(name, databases.usersOf(name).length > 0);
        return nothing;
      },
      createDatabase: async (spec) => databases.create(spec),
      modifyDatabase: ({ identifier, change }) => databases.modify(identifier, change),
      describeDatabase: ({ identifier }) => databases.describe(identifier),
      deleteDatabase: ({ identifier }) => databases.remove(identifier),
      admitReplica: (params) => databases.admitReplica(params),
      replicateBackups: (params) => copies.replicate(params),
      describeReplicatedBackups: async ({ arn }) => {
        const copy = copies.find(arn);
        return Promise.resolve(
          copy === null ? null : { latestRestorableTime: copy.window?.latest.toISOString() ?? null },
        );
      },
      ceaseReplicatedBackups: async ({ arn }) => {
        copies.cease(arn);
        return nothing;
      },
      admitBackupCopy: async ({ identifier }) => Promise.resolve(databases.admitBackupCopy(identifier)),
    },
    start: async () => {
      await Promise.all([databases.start(), copies.start()]);
    },
    status: () => [...databases.status(), ...backups.status(), ...copies.status()],
    stop: async () => {
      backups.stop();
      copies.stop();
      await databases.stop();
    },
  };
}
