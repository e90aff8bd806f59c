import {
  RegionRefusal,
  type DatabaseChange,
  type DatabaseSpec,
  type DatabaseState,
  type RegionCalls,
  type RegionStatus,
} from '../api';
import type { Part, RegionContext, Server } from '../supervisor/part';
import { Serial } from '../supervisor/serial';
import { AutomatedBackups } from './automated-backups';
import { checkChange, checkDeletion, checkSame, checkSpec, notFound, type DatabaseRecord } from './database-rules';
import { ParameterGroups } from './parameter-groups';
import { clusterOf, removeFolders, type Cluster } from './postgres/cluster';
import { createServer, type CreatedDatabase } from './postgres/creation';
import { promote, startServer, versionOf } from './postgres/instance';
import { applyParameters } from './postgres/parameters';
import { admit, setPassword } from './postgres/roles';
import { withSession } from './postgres/session';

type DatabaseCall =
  | 'putParameterGroup'
  | 'deleteParameterGroup'
  | 'createDatabase'
  | 'modifyDatabase'
  | 'describeDatabase'
  | 'deleteDatabase'
  | 'admitReplica';

/** The region's RDS: a PostgreSQL server per instance, replicas that stream through the link, automated backups. */
class Databases {
  private readonly records: Record<string, DatabaseRecord>;
  private readonly groups: ParameterGroups;
  private readonly servers = new Map<string, Server>();
  private readonly starting = new Set<string>();
  private readonly serial = new Serial();
  private readonly backups: AutomatedBackups;

  constructor(private readonly context: RegionContext) {
    this.records = context.load('databases', {});
    this.groups = new ParameterGroups(context);
    this.backups = new AutomatedBackups(context);
  }

  async start(): Promise<void> {
    await Promise.all(Object.values(this.records).map((record) => this.resume(record)));
  }

  create(spec: DatabaseSpec): Promise<DatabaseState> {
    checkSpec(spec);
    return this.serial.run(spec.identifier, async () => {
      const known = this.records[spec.identifier];
      if (known !== undefined) {
        checkSame(known, spec);
        return this.stateOf(known);
      }
      this.starting.add(spec.identifier);
      try {
        const created = await createServer(this.context, spec, this.groups.parametersOf(spec.parameterGroup));
        this.servers.set(spec.identifier, created.server);
        const record = await recordFor(spec, created);
        this.remember(record);
        return this.stateOf(record);
      } finally {
        this.starting.delete(spec.identifier);
      }
    });
  }

  modify(identifier: string, change: DatabaseChange): Promise<DatabaseState> {
    return this.serial.run(identifier, async () => {
      const record = this.recordOf(identifier);
      checkChange(record, change);
      const cluster = this.clusterOf(record);
      if (change.promote === true) await promote(cluster);
      if (change.password !== undefined) {
        const password = change.password;
        await withSession(cluster, (session) => setPassword(session, record.user, password));
      }
      const { promote: promoting, password: _password, ...rest } = change;
      const standing = promoting === true ? { replica: false, promoted: record.promoted || record.replica } : {};
      const changed = { ...record, ...rest, ...standing };
      this.remember(changed);
      return this.stateOf(changed);
    });
  }

  async describe(identifier: string): Promise<DatabaseState | null> {
    const record = this.records[identifier];
    if (record === undefined) return null;
    await this.backups.refresh(identifier);
    return this.stateOf(record);
  }

  remove(identifier: string): Promise<Record<string, never>> {
    return this.serial.run(identifier, async () => {
      const record = this.records[identifier];
      // Gone already: a delete that a killed engine repeats.
      if (record === undefined) return {};
      checkDeletion(record);
      this.backups.cease(identifier);
      await this.servers.get(identifier)?.stop('SIGQUIT');
      this.servers.delete(identifier);
      removeFolders(this.clusterOf(record));
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by identifier
      delete this.records[identifier];
      this.context.save('databases', this.records);
      return {};
    });
  }

  admitReplica({
    identifier,
    slot,
  }: RegionCalls['admitReplica']['params']): Promise<RegionCalls['admitReplica']['result']> {
    return this.serial.run(identifier, async () => {
      const record = this.recordOf(identifier);
      if (record.backupRetentionDays === 0) {
        throw new RegionRefusal(
          'InvalidDBInstanceState',
          `Automated backups are not enabled for this database instance: ${identifier}`,
        );
      }
      const login = await withSession(this.clusterOf(record), (session) => admit(session, slot));
      return { endpoint: { host: this.context.address, port: record.port }, ...login };
    });
  }

  async putGroup(name: string, parameters: Record<string, string>): Promise<Record<string, never>> {
    this.groups.put(name, parameters);
    for (const record of this.usersOf(name)) {
      // As in RDS, what needs a restart waits for the next one.
      await withSession(this.clusterOf(record), (session) => applyParameters(session, parameters));
    }
    return {};
  }

  deleteGroup(name: string): void {
    this.groups.remove(name, this.usersOf(name).length > 0);
  }

  status(): RegionStatus['parts'] {
    const made = Object.values(this.records).map((record) => {
      const server = this.servers.get(record.spec.identifier);
      const detail = `${record.replica ? 'replica' : 'primary'} ${this.context.address}:${String(record.port)}`;
      return {
        kind: 'database',
        name: record.spec.identifier,
        state: server?.state ?? 'stopped',
        pid: server?.pid ?? null,
        detail,
      };
    });
    const making = [...this.starting].map((name) => ({
      kind: 'database',
      name,
      state: 'starting' as const,
      pid: null,
      detail: 'being created',
    }));
    return [...made, ...making, ...this.backups.status()];
  }

  async stop(): Promise<void> {
    this.backups.stop();
    await Promise.all([...this.servers.values()].map((server) => server.stop('SIGQUIT')));
  }

  /** Brings back a database of an earlier supervisor. */
  private async resume(record: DatabaseRecord): Promise<void> {
    this.servers.set(record.spec.identifier, await startServer(this.context, this.clusterOf(record)));
    this.watchBackups(record);
  }

  private usersOf(group: string): DatabaseRecord[] {
    return Object.values(this.records).filter((record) => record.spec.parameterGroup === group);
  }

  private remember(record: DatabaseRecord): void {
    this.records[record.spec.identifier] = record;
    this.context.save('databases', this.records);
    this.watchBackups(record);
  }

  private watchBackups(record: DatabaseRecord): void {
    const wanted = !record.replica && record.backupRetentionDays > 0;
    this.backups.keep(this.clusterOf(record), wanted ? record.backupRetentionDays : 0);
  }

  private recordOf(identifier: string): DatabaseRecord {
    const record = this.records[identifier];
    if (record === undefined) throw notFound(identifier);
    return record;
  }

  private clusterOf(record: DatabaseRecord): Cluster {
    return clusterOf(this.context, record.spec.identifier, record.port);
  }

  private stateOf(record: DatabaseRecord): DatabaseState {
    const { user, databaseName, engineVersion, replica, backupRetentionDays, multiAz, deletionProtection } = record;
    const { identifier } = record.spec;
    const endpoint = { host: this.context.address, port: record.port };
    const latestRestorableTime = this.backups.latestRestorableTime(identifier);
    return {
      identifier,
      endpoint,
      databaseName,
      user,
      engineVersion,
      replica,
      backupRetentionDays,
      multiAz,
      deletionProtection,
      latestRestorableTime,
    };
  }
}

async function recordFor(
  spec: DatabaseSpec,
  { cluster, user, databaseName }: CreatedDatabase,
): Promise<DatabaseRecord> {
  const { backupRetentionDays, multiAz, deletionProtection } = spec;
  return {
    // The password is the server's to know, not this file's.
    spec: { ...spec, password: null },
    port: cluster.port,
    user,
    databaseName,
    engineVersion: await versionOf(cluster),
    replica: spec.source !== null,
    promoted: false,
    backupRetentionDays,
    multiAz,
    deletionProtection,
  };
}

export function database(context: RegionContext): Part<DatabaseCall> {
  const databases = new Databases(context);
  return {
    calls: {
      putParameterGroup: ({ name, parameters }) => databases.putGroup(name, parameters),
      deleteParameterGroup: async ({ name }) => {
        databases.deleteGroup(name);
        return Promise.resolve({});
      },
      createDatabase: async (spec) => databases.create(spec),
      modifyDatabase: ({ identifier, change }) => databases.modify(identifier, change),
      describeDatabase: ({ identifier }) => databases.describe(identifier),
      deleteDatabase: ({ identifier }) => databases.remove(identifier),
      admitReplica: (params) => databases.admitReplica(params),
    },
    start: () => databases.start(),
    status: () => databases.status(),
    stop: () => databases.stop(),
  };
}
