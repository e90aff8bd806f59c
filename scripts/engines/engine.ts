import type { Census } from '../catalogue/census';
import type { Catalogue } from '../catalogue/catalogue';
import type { Manifest, PointEngine, PointKind } from '../catalogue/manifest';
import type { Encryption } from '../encryption/encryption';
import type { Progress } from '../progress/progress';
import type { Vault } from '../vault/vault';

/** What every piece of work gets. */
export interface Work {
  readonly vault: Vault;
  /** Of this dataset; all lineages. */
  readonly catalogue: Catalogue;
  /** Which history this server writes: `primary-g1`. */
  readonly lineage: string;
  readonly encryption: Encryption;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** A private folder (0700) for as long as the work takes; whoever gave it removes it. */
  readonly folder: string;
  now(): Date;
}

/** A point as its engine made it: id, dataset and lineage are the catalogue's. Files are in the vault already. */
export type TakenPoint = Omit<Manifest, 'version' | 'id' | 'dataset' | 'lineage' | 'engine' | 'startedAt' | 'endedAt'>;

/** One thing that is wrong with a recovery point or its logs. */
export interface Damage {
  /** The damaged thing by name: the key of a file, a WAL segment, a table. */
  readonly what: string;
  readonly fact: string;
}

/** Up to where a restore replays. Instants are absolute: no tool ever guesses a zone. */
export type RestoreTarget =
  | { readonly to: 'latest' }
  /** As the recovery point itself was, without any log. */
  | { readonly to: 'point' }
  | { readonly to: 'time'; readonly time: Date }
  /** An engine's own coordinate: an LSN, a named restore point, a GTID, a binlog position. */
  | { readonly to: 'position'; readonly position: string };

/** What is asked for. */
export interface RestoreRequest {
  readonly target: RestoreTarget;
  /** The recovery point to start from; null for the best one for the target. */
  readonly base: Manifest | null;
  /** A folder of finished log files (WAL segments, binlogs) that are not in the vault; null for none. */
  readonly logFolder: string | null;
}

export interface RestorePlan {
  /** Oldest first; the last is the one whose kind was asked for. */
  readonly points: readonly Manifest[];
  readonly request: RestoreRequest;
  /** Instant that will be restored to, as far as it is known before the replay. */
  readonly reaches: Date;
  /** Bytes that the restored state takes. */
  readonly bytes: number;
  /** Bytes of log to replay on top. */
  readonly logBytes: number;
  /** Lines for people: what will happen, in order. */
  readonly steps: readonly string[];
}

/** A restored state that is open to us alone: local socket, a throw-away user, no network, no archiving. */
export interface OpenedCopy {
  /** Counts every table, on the copy itself. */
  census(): Promise<Census>;
  /** The engine's own checks: amcheck and foreign keys, CHECK TABLE, redis-check-rdb, promtool. */
  check(): Promise<Damage[]>;
  /** Runs a query of the application; rows as objects. Engines without SQL take their own commands. */
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Where the replay really ended; null for an engine without time. */
  readonly reached: Date | null;
  close(): Promise<void>;
}

/** Who the live source is, asked before anything is written for it. */
export interface SourceIdentity {
  /** The same for one server for good: system identifier, server UUID, host of files. */
  readonly identity: string;
  /** Rises with every fork of its history (PostgreSQL's time line); 0 where an engine has none. */
  readonly timeline: number;
  /** The source's own clock; null where it has none but ours. */
  readonly clock: Date | null;
  /** Bytes of its state. */
  readonly bytes: number;
}

/** One kind of store: how its recovery points are taken, tried and brought back. */
export interface Engine {
  readonly name: PointEngine;
  /** @throws AgenteError server-failed when the source does not answer. */
  identify(work: Work): Promise<SourceIdentity>;
  /** Takes a recovery point into `points/<id>/` of the lineage (or the engine's own repository there). */
  backUp(id: string, kind: PointKind, work: Work): Promise<{ point: TakenPoint; census: Census | null }>;
  /**
   * Ships the log piece by piece as it is written, until the work's signal; absent where the server itself ships it,
   * or has none. A lost connection ends nothing.
   * @param publish takes a point of kind log and lists it.
   * @throws AgenteError for what waiting does not mend: log-gap, lineage-owned, source-damaged.
   */
  followLog?(publish: (take: (id: string) => Promise<TakenPoint>) => Promise<Manifest>, work: Work): Promise<void>;
  /** Looks for damage without restoring: presence, sizes, hashes, gaps in the logs. Never trusts an exit code. */
  verify(point: Manifest, work: Work): Promise<Damage[]>;
  /** @throws AgenteError restore-target-unreachable outside what is restorable, with the range. */
  planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan>;
  /**
   * Makes the state in an empty folder and replays it to the target. What a killed run left there is
   * continued or begun anew. @throws AgenteError restore-damaged naming what is damaged; the folder then
   * holds nothing that would open as if it were good.
   */
  restore(plan: RestorePlan, folder: string, work: Work): Promise<void>;
  /** Opens what `restore` made. */
  open(folder: string, work: Work): Promise<OpenedCopy>;
  /**
   * Restores an archive from before this catalogue (`postgres-full-*.tar.gz`, `qloapps-*.sql.gz`,
   * `secrets-*.enc`) into an empty folder, as `restore` does. Absent where hotels hold none.
   * @throws AgenteError restore-damaged for one that is truncated or changed.
   */
  restoreArchive?(file: string, folder: string, work: Work): Promise<void>;
  /**
   * Asked before an hour of restoring and again by `install`: may the live state be replaced?
   * @throws AgenteError target-running while a server uses it, target-wrong when it is another's.
   */
  checkTarget(work: Work): Promise<void>;
  /** Expiry: removes what the engine keeps of a point in a repository of its own; absent where points are plain files. */
  forget?(point: Manifest, work: Work): Promise<void>;
  /**
   * Puts what `restore` made in the place of the live state; the irreversible step, and the last.
   * What was there before stays beside it. @throws AgenteError target-running while a server uses it.
   */
  install(folder: string, work: Work): Promise<{ previous: string | null }>;
}
