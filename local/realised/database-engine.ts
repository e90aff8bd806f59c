import type { Endpoint, ReplicaAdmission } from '../api';
import type { RegionContext, Server } from '../supervisor/part';
import type { Instance } from './database-instance';

/** Whose a database is: the master user and the database that was made for it. */
export interface Owner {
  readonly user: string;
  readonly password: string;
  readonly databaseName: string;
}

/** The source as a replica sees it: doors to its server and to the store of its region, and its admission. */
export interface Upstream {
  readonly server: Endpoint;
  readonly store: Endpoint;
  readonly region: string;
  readonly admission: ReplicaAdmission;
}

/** How far a recovery to a point in time can reach. */
export interface RestoreWindow {
  readonly earliest: Date;
  readonly latest: Date;
}

/** Backups and log of one instance, in the store of its region. */
export interface Archive {
  /** How often there may be something new. */
  readonly everyMs: number;
  /** Makes the archive ready, and takes a backup when the newest is a day old. */
  tend(retentionDays: number): Promise<void>;
  /** Ships what is new; null before the first backup. */
  reach(): Promise<RestoreWindow | null>;
}

/** The backups of a database, of this region or copied to it. */
export interface ArchiveSource {
  readonly archive: string;
  readonly passphrase: string;
  readonly window: RestoreWindow;
}

export type Parameters = Readonly<Record<string, string>>;

/**
 * What a kind of database server can do, for one instance at a time. The steps of making one are
 * called in the order of this list; each may find what a killed one left.
 */
export interface DatabaseEngine {
  /** Name of what really runs. */
  readonly product: string;
  /** The database of a master user who asked for none; empty for an engine that needs none. */
  readonly defaultDatabase: string;
  /** Ends a server quickly and cleanly. */
  readonly stopSignal: NodeJS.Signals;
  /** Makes the files of an empty server. */
  initialise(context: RegionContext, instance: Instance): Promise<void>;
  /** Makes the files of a replica from its source. */
  copy(context: RegionContext, instance: Instance, upstream: Upstream): Promise<void>;
  /** Makes the files of a server from backups, as it stood at the target; at the newest moment there is for null. */
  restore(context: RegionContext, instance: Instance, source: ArchiveSource, target: Date | null): Promise<void>;
  start(context: RegionContext, instance: Instance): Promise<Server>;
  createOwner(instance: Instance, owner: Owner): Promise<void>;
  /** Waits until a replica streams, so that its creation ends with one that works. */
  follow(instance: Instance, upstream: Upstream): Promise<void>;
  /** @returns true when a setting takes effect only after a restart. */
  applyParameters(instance: Instance, parameters: Parameters): Promise<boolean>;
  version(instance: Instance): Promise<string>;
  /** Lets the replica of that name in, with a new password; an earlier one of that name is out. */
  admit(context: RegionContext, instance: Instance, replica: string): Promise<ReplicaAdmission>;
  /** Ends streaming and waits until the server accepts writes; one that stands alone stays as it is. */
  promote(instance: Instance): Promise<void>;
  setPassword(instance: Instance, user: string, password: string): Promise<void>;
  archive(context: RegionContext, instance: Instance): Archive;
}
