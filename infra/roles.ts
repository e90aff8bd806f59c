import { standbyBackupWindow } from '../components/database';
import type { Duration } from '../recovery/duration';
import type { Role } from '../recovery/sites';
import { workload } from '../recovery/workload';

/** How much runs in a site that has stores and services. */
export interface Running {
  readonly api: { readonly tasks: number; readonly minTasks: number };
  readonly whatsapp: { readonly tasks: number };
  readonly pms: { readonly tasks: number };
  /** Jobs fire on the site that has the data; on the other they stand and are silent. */
  readonly takesBackups: boolean;
  readonly database: { readonly multiAz: boolean; readonly backupWindow: Duration; readonly follows: boolean };
}

/** What a role provisions. */
export interface Provision {
  /** Copies of the vault go to the other site, which must have one by then. */
  readonly copiesVault: boolean;
  /** Stores, services and the record of the domain, or null where there is only the ground they stand on. */
  readonly running: Running | null;
}

/** Upper bound of scaling, in every role: a failover must not have to raise it. */
export const maxApiTasks = 6;

/** A database that guests are booked in, also after nobody is any more. */
export const servingDatabase: Running['database'] = {
  multiAz: true,
  backupWindow: workload.datasets.postgres.protection.with.window,
  follows: false,
};
export const waitingDatabase: Running['database'] = {
  multiAz: false,
  backupWindow: standbyBackupWindow,
  follows: true,
};

/**
 * What each role is, complete. Between `standby` and `active` only numbers differ, never what exists:
 * that makes the failover an update.
 */
export const provisions: Readonly<Record<Role, Provision>> = {
  foundation: { copiesVault: false, running: null },
  standby: {
    copiesVault: true,
    running: {
      api: { tasks: 0, minTasks: 0 },
      whatsapp: { tasks: 0 },
      pms: { tasks: 0 },
      takesBackups: false,
      database: waitingDatabase,
    },
  },
  active: {
    copiesVault: true,
    running: {
      api: { tasks: 2, minTasks: 2 },
      whatsapp: { tasks: 1 },
      pms: { tasks: 1 },
      takesBackups: true,
      database: servingDatabase,
    },
  },
};
