import type { DatabaseChange, DatabaseSpec, DatabaseState, RegionCalls, RegionStatus, RestoreSpec } from '../api';
import type { RegionContext, Server } from '../supervisor/part';
import { Serial } from '../supervisor/serial';
import type { AutomatedBackups } from './automated-backups';
import { backupPassphrase } from './backup-store';
import { createDatabase, type FoundBackups } from './database-creation';
import { removeFolders, type Instance } from './database-instance';
import { engineOf, partOf, recordedInstance, stateOf, type DatabaseRecord } from './database-record';
import {
  checkBackedUp,
  checkChange,
  checkDeletion,
  checkMoment,
  checkSame,
  checkSpec,
  notFound,
} from './database-rules';
import type { ParameterGroups } from './parameter-groups';
import type { ReplicatedBackups } from './replicated-backups';

/** The region's RDS: a server per instance, replicas that stream through the link, automated backups. */
export class Databases {
  private readonly records: Record<string, DatabaseRecord>;
  private readonly servers = new Map<string, Server>();
  private readonly starting = new Set<string>();
  private readonly serial = new Serial();

  constructor(
    private readonly context: RegionContext,
    private readonly groups: ParameterGroups,
    private readonly backups: AutomatedBackups,
    private readonly copies: ReplicatedBackups,
  ) {
    this.records = context.load('databases', {});
  }

  async start(): Promise<void> {
    await Promise.all(Object.values(this.records).map((record) => this.resume(record)));
  }

  create(spec: DatabaseSpec): Promise<DatabaseState> {
    checkSpec(spec);
    const { identifier } = spec;
    return this.serial.run(identifier, async () => {
      const known = this.records[identifier];
      if (known !== undefined) {
        checkSame(known, spec);
        return this.stateOf(known);
      }
      this.starting.add(identifier);
      try {
        const parameters = this.groups.parametersOf(spec.parameterGroup);
        const find = (restore: RestoreSpec) => this.findBackups(restore);
        const { record, server } = await createDatabase(this.context, spec, parameters, find);
        this.servers.set(identifier, server);
        this.remember(record);
        return this.stateOf(record);
      } finally {
        this.starting.delete(identifier);
      }
    });
  }

  modify(identifier: string, change: DatabaseChange): Promise<DatabaseState> {
    return this.serial.run(identifier, async () => {
      const record = this.recordOf(identifier);
      checkChange(record, change);
      const [engine, instance] = [engineOf(record), this.instanceOf(record)];
      const { promote: promoting, password, ...rest } = change;
      if (promoting === true) await engine.promote(instance);
      if (password !== undefined) await engine.setPassword(instance, record.user, password);
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
      removeFolders(this.instanceOf(record));
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a record keyed by identifier
      delete this.records[identifier];
      this.context.save('databases', this.records);
      return {};
    });
  }

  admitReplica({ identifier, replica }: RegionCalls['admitReplica']['params']) {
    return this.serial.run(identifier, async () => {
      const record = this.recordOf(identifier);
      checkBackedUp(record, 'InvalidDBInstanceState');
      const admission = await engineOf(record).admit(this.context, this.instanceOf(record), replica);
      return { endpoint: { host: this.context.address, port: record.port }, admission };
    });
  }

  admitBackupCopy(identifier: string): RegionCalls['admitBackupCopy']['result'] {
    const record = this.recordOf(identifier);
    checkBackedUp(record, 'InvalidDBInstanceState');
    const { engine, user, databaseName, archive } = record;
    return { engine, user, databaseName, archive, passphrase: backupPassphrase(this.context) };
  }

  /** Parameters of a group go to whoever uses it; as in RDS, what needs a restart waits for the next one. */
  async putGroup(name: string, parameters: Record<string, string>): Promise<Record<string, never>> {
    this.groups.put(name, parameters);
    for (const record of this.usersOf(name)) {
      await engineOf(record).applyParameters(this.instanceOf(record), parameters);
    }
    return {};
  }

  usersOf(group: string): DatabaseRecord[] {
    return Object.values(this.records).filter((record) => record.spec.parameterGroup === group);
  }

  status(): RegionStatus['parts'] {
    const made = Object.values(this.records).map((record) =>
      partOf(this.context, record, this.servers.get(record.spec.identifier)),
    );
    const [state, pid, detail] = ['starting' as const, null, 'being created'];
    const making = [...this.starting].map((name) => ({ kind: 'database', name, state, pid, detail }));
    return [...made, ...making];
  }

  async stop(): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop('SIGQUIT')));
  }

  private async findBackups({ from, at }: RestoreSpec): Promise<FoundBackups> {
    if ('replicatedBackups' in from) {
      const { record, window } = this.copies.get(from.replicatedBackups);
      return { ...record.backups, source: { ...record.backups, window: checkMoment(at, window) } };
    }
    const record = this.recordOf(from.identifier);
    checkBackedUp(record, 'PointInTimeRestoreNotEnabled');
    await this.backups.refresh(from.identifier);
    const window = checkMoment(at, this.backups.windowOf(from.identifier));
    return { ...record, source: { archive: record.archive, passphrase: backupPassphrase(this.context), window } };
  }

  /** Brings back a database of an earlier supervisor. */
  private async resume(record: DatabaseRecord): Promise<void> {
    this.servers.set(record.spec.identifier, await engineOf(record).start(this.context, this.instanceOf(record)));
    this.watchBackups(record);
  }

  private remember(record: DatabaseRecord): void {
    this.records[record.spec.identifier] = record;
    this.context.save('databases', this.records);
    this.watchBackups(record);
  }

  private watchBackups(record: DatabaseRecord): void {
    const instance = this.instanceOf(record);
    const archive = () => engineOf(record).archive(this.context, instance);
    this.backups.keep(instance, archive, record.replica ? 0 : record.backupRetentionDays);
  }

  private recordOf(identifier: string): DatabaseRecord {
    const record = this.records[identifier];
    if (record === undefined) throw notFound(identifier);
    return record;
  }

  private instanceOf(record: DatabaseRecord): Instance {
    return recordedInstance(this.context, record);
  }

  private stateOf(record: DatabaseRecord): DatabaseState {
    return stateOf(this.context, record, this.backups.windowOf(record.spec.identifier));
  }
}
