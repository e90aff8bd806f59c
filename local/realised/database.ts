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
import {
  cloneFrom,
  clusterOf,
  initialise,
  prepareFolders,
  removeFolders,
  type Cluster,
  type Upstream,
} from './postgres/cluster';
import { promote, startServer, untilStreaming, versionOf } from './postgres/instance';
import { applyParameters } from './postgres/parameters';
import { admit, createMaster, setPassword, slotOf } from './postgres/roles';
import { withSession } from './postgres/session';

type DatabaseCall =
  | 'putParameterGroup'
  | 'deleteParameterGroup'
  | 'createDatabase'
  | 'modifyDatabase'
  | 'describeDatabase'
  | 'deleteDatabase'
  | 'admitReplica';

type Groups = Record<string, Record<string, string>>;

/** The region's RDS: a PostgreSQL server per instance, replicas that stream through the link, automated backups. */
class Databases {
  private readonly records: Record<string, DatabaseRecord>;
  private readonly groups: Groups;
  private readonly servers = new Map<string, Server>();
  private readonly starting = new Set<string>();
  private readonly serial = new Serial();
  private readonly backups: AutomatedBackups;

  constructor(private readonly context: RegionContext) {
    this.records = context.load('databases', {});
    this.groups = context.load('parameter-groups', {});
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
        const record =
          spec.source === null ? await this.createPrimary(spec) : await this.createReplica(spec, spec.source);
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
    this.groups[name] = parameters;
    this.context.save('parameter-groups', this.groups);
    const users = Object.values(this.records).filter((record) => record.spec.parameterGroup === name);
    for (const record of users) {
      // As in RDS, what needs a restart waits for the next one.
      await withSession(this.clusterOf(record), (session) => applyParameters(session, parameters));
    }
    return {};
  }

  deleteGroup(name: string): Promise<Record<string, never>> {
    if (Object.values(this.records).some((record) => record.spec.parameterGroup === name)) {
      return Promise.reject(
        new RegionRefusal(
          'InvalidDBParameterGroupState',
          `One or more database instances are still members of this parameter group ${name}`,
        ),
      );
    }
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by name
    delete this.groups[name];
    this.context.save('parameter-groups', this.groups);
    return Promise.resolve({});
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

  private async createPrimary(spec: DatabaseSpec): Promise<DatabaseRecord> {
    const cluster = clusterOf(this.context, spec.identifier, await this.context.freePort());
    prepareFolders(this.context, cluster);
    await initialise(this.context, cluster);
    await this.launch(cluster, spec);
    const [user, password, database] = [spec.user ?? '', spec.password ?? '', spec.databaseName ?? 'postgres'];
    await withSession(cluster, (session) => createMaster(session, user, password, database));
    return this.recordFor(spec, cluster, user, database);
  }

  private async createReplica(
    spec: DatabaseSpec,
    source: NonNullable<DatabaseSpec['source']>,
  ): Promise<DatabaseRecord> {
    const { context } = this;
    const cluster = clusterOf(context, spec.identifier, await context.freePort());
    prepareFolders(context, cluster);
    const original = await context.call(source.region, 'describeDatabase', { identifier: source.identifier });
    if (original === null) throw notFound(source.identifier);
    const slot = slotOf(spec.identifier);
    const admission = await context.call(source.region, 'admitReplica', {
      identifier: source.identifier,
      fromRegion: context.region,
      slot,
    });
    const target = admission.endpoint;
    const door =
      source.region === context.region
        ? target
        : await context.call('global', 'openLink', { from: context.region, to: source.region, target });
    const upstream: Upstream = { ...door, user: admission.user, slot };
    await cloneFrom(context, cluster, upstream, admission.password);
    await this.launch(cluster, spec);
    await untilStreaming(cluster);
    return this.recordFor(spec, cluster, original.user, original.databaseName);
  }

  private async launch(cluster: Cluster, spec: DatabaseSpec): Promise<void> {
    let server = await startServer(this.context, cluster);
    this.servers.set(cluster.identifier, server);
    const parameters = spec.parameterGroup === null ? {} : (this.groups[spec.parameterGroup] ?? {});
    if (!(await withSession(cluster, (session) => applyParameters(session, parameters)))) return;
    await server.stop('SIGINT');
    server = await startServer(this.context, cluster);
    this.servers.set(cluster.identifier, server);
  }

  /** Brings back a database of an earlier supervisor. */
  private async resume(record: DatabaseRecord): Promise<void> {
    this.servers.set(record.spec.identifier, await startServer(this.context, this.clusterOf(record)));
    this.watchBackups(record);
  }

  private async recordFor(
    spec: DatabaseSpec,
    cluster: Cluster,
    user: string,
    databaseName: string,
  ): Promise<DatabaseRecord> {
    const { backupRetentionDays, multiAz, deletionProtection } = spec;
    const replica = spec.source !== null;
    const engineVersion = await versionOf(cluster);
    // The password is the server's to know, not this file's.
    const kept = { ...spec, password: null };
    return {
      spec: kept,
      port: cluster.port,
      user,
      databaseName,
      engineVersion,
      replica,
      promoted: false,
      backupRetentionDays,
      multiAz,
      deletionProtection,
    };
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

export function database(context: RegionContext): Part<DatabaseCall> {
  const databases = new Databases(context);
  return {
    calls: {
      putParameterGroup: ({ name, parameters }) => databases.putGroup(name, parameters),
      deleteParameterGroup: ({ name }) => databases.deleteGroup(name),
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
