import { RegionRefusal, type DatabaseChange, type DatabaseSpec } from '../api';
import type { RestoreWindow } from './database-engine';
import type { DatabaseRecord } from './database-record';

function checkRetention(days: number): void {
  if (Number.isInteger(days) && days >= 0 && days <= 35) return;
  throw new RegionRefusal(
    'InvalidParameterValue',
    `Invalid backup retention period: ${String(days)}. Must be between 0 and 35.`,
  );
}

/** @throws RegionRefusal in RDS's words when a create would be refused for what it says. */
export function checkSpec(spec: DatabaseSpec): void {
  checkRetention(spec.backupRetentionDays);
  if (!/^[a-z](?!.*--)[a-z0-9-]{0,62}$/.test(spec.identifier) || spec.identifier.endsWith('-')) {
    throw new RegionRefusal('InvalidParameterValue', `Invalid DB instance identifier: ${spec.identifier}`);
  }
  if (spec.source !== null || spec.restore !== undefined) return;
  if (spec.user === null || spec.password === null) {
    throw new RegionRefusal('InvalidParameterValue', 'MasterUsername and MasterUserPassword are required');
  }
  if (spec.password.length < 8) {
    throw new RegionRefusal(
      'InvalidParameterValue',
      'The parameter MasterUserPassword is not a valid password: it is shorter than 8 characters.',
    );
  }
}

/** @throws RegionRefusal DBInstanceAlreadyExists unless the same instance is asked for again. */
export function checkSame(record: DatabaseRecord, spec: DatabaseSpec): void {
  const identity = (of: DatabaseSpec) =>
    JSON.stringify([of.engine, of.databaseName, of.user, of.source, of.restore ?? null]);
  if (identity(record.spec) === identity(spec)) return;
  throw new RegionRefusal('DBInstanceAlreadyExists', `DB instance already exists: ${spec.identifier}`);
}

/** @throws RegionRefusal in RDS's words when an instance in this state cannot be changed so. */
export function checkChange(record: DatabaseRecord, change: DatabaseChange): void {
  if (change.backupRetentionDays !== undefined) checkRetention(change.backupRetentionDays);
  if (change.promote === true && !record.replica && !record.promoted) {
    throw new RegionRefusal('InvalidDBInstanceState', `DB Instance is not a read replica: ${record.spec.identifier}`);
  }
  if (change.password !== undefined && record.replica && change.promote !== true) {
    throw new RegionRefusal('InvalidParameterCombination', "The master password of a read replica is its source's.");
  }
}

/** @throws RegionRefusal when the archive does not reach the moment. */
export function checkMoment(at: string | null, window: RestoreWindow | null): RestoreWindow {
  if (window === null) {
    throw new RegionRefusal('InvalidDBInstanceState', 'The source has no automated backup to restore from yet.');
  }
  const moment = at === null ? window.latest.getTime() : Date.parse(at);
  if (moment >= window.earliest.getTime() && moment <= window.latest.getTime()) return window;
  const reach = `between ${window.earliest.toISOString()} and ${window.latest.toISOString()}`;
  throw new RegionRefusal('InvalidParameterValue', `The specified restore time must be ${reach}: ${at ?? ''}`);
}

/** @throws RegionRefusal when no backups of the instance are kept. */
export function checkBackedUp(record: DatabaseRecord, code: string): void {
  if (record.backupRetentionDays > 0) return;
  const { identifier } = record.spec;
  throw new RegionRefusal(code, `Automated backups are not enabled for this database instance: ${identifier}`);
}

/** @throws RegionRefusal when the instance is protected. */
export function checkDeletion(record: DatabaseRecord): void {
  if (!record.deletionProtection) return;
  throw new RegionRefusal(
    'InvalidParameterCombination',
    'Cannot delete protected DB Instance, please disable deletion protection and try again.',
  );
}

export function notFound(identifier: string): RegionRefusal {
  return new RegionRefusal('DBInstanceNotFound', `DBInstance ${identifier} not found.`);
}
