import type { DatabaseEngineName, DatabaseSpec, DatabaseState, RegionStatus } from '../api';
import type { RegionContext, Server } from '../supervisor/part';
import type { DatabaseEngine, RestoreWindow } from './database-engine';
import { databaseEngines } from './database-engines';
import { instanceOf, type Instance } from './database-instance';

/** What a supervisor remembers of a database that it has made. */
export interface DatabaseRecord {
  /** As it was asked for, without the password: that is the server's to know. */
  readonly spec: DatabaseSpec;
  readonly engine: DatabaseEngineName;
  readonly port: number;
  readonly archive: string;
  readonly user: string;
  readonly databaseName: string;
  readonly engineVersion: string;
  /** Streams from a source now. */
  readonly replica: boolean;
  /** Was a replica and was made to stand alone: asking again is no mistake, a killed engine does. */
  readonly promoted: boolean;
  readonly backupRetentionDays: number;
  readonly multiAz: boolean;
  readonly deletionProtection: boolean;
}

export const engineOf = (record: DatabaseRecord): DatabaseEngine => databaseEngines[record.engine];

export function recordedInstance(context: RegionContext, { spec, port, archive }: DatabaseRecord): Instance {
  return instanceOf(context, { identifier: spec.identifier, port, archive });
}

/** What a caller is told of an instance. */
export function stateOf(context: RegionContext, record: DatabaseRecord, window: RestoreWindow | null): DatabaseState {
  const { engine, user, databaseName, engineVersion, replica, backupRetentionDays, multiAz, deletionProtection } =
    record;
  return {
    identifier: record.spec.identifier,
    engine,
    endpoint: { host: context.address, port: record.port },
    databaseName,
    user,
    engineVersion,
    replica,
    backupRetentionDays,
    multiAz,
    deletionProtection,
    latestRestorableTime: window?.latest.toISOString() ?? null,
  };
}

/** A line of the region's status: what really runs, whatever RDS calls it. */
export function partOf(
  context: RegionContext,
  record: DatabaseRecord,
  server: Server | undefined,
): RegionStatus['parts'][number] {
  const standing = record.replica ? 'replica' : 'primary';
  const place = `${context.address}:${String(record.port)}`;
  return {
    kind: 'database',
    name: record.spec.identifier,
    state: server?.state ?? 'stopped',
    pid: server?.pid ?? null,
    detail: `${standing} ${place}, ${engineOf(record).product} ${record.engineVersion}`,
  };
}
