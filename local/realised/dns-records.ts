import type { RecordSpec } from '../api';
import { bareName } from './dns-names';

/** Route 53 answers an alias to a load balancer with this TTL, whatever the record says. */
export const aliasTtlSeconds = 60;

/** What tells one record from another. */
export interface RecordKey {
  readonly zoneId: string;
  readonly name: string;
  readonly type: string;
  readonly setIdentifier: string | null;
}

const keyOf = (record: RecordKey): string =>
  [record.zoneId, bareName(record.name), record.type, record.setIdentifier ?? ''].join('|');

/** The list with this record in it, in place of the one with the same name, type and set identifier. */
export function withRecord(records: readonly RecordSpec[], record: RecordSpec): RecordSpec[] {
  return [...withoutRecord(records, record), record];
}

export function withoutRecord(records: readonly RecordSpec[], record: RecordKey): RecordSpec[] {
  return records.filter((other) => keyOf(other) !== keyOf(record));
}

/**
 * The record that Route 53 answers with: the PRIMARY when it is healthy, else the SECONDARY, and the
 * PRIMARY again when neither is. A record without a check is healthy.
 */
export function chosenRecord(
  records: readonly RecordSpec[],
  name: string,
  isHealthy: (checkId: string) => boolean,
): RecordSpec | null {
  const named = records.filter((record) => bareName(record.name) === bareName(name));
  const healthy = (record: RecordSpec): boolean => record.healthCheckId === null || isHealthy(record.healthCheckId);
  const of = (role: RecordSpec['failover']): RecordSpec | undefined => named.find((record) => record.failover === role);
  const [simple, primary, secondary] = [of(null), of('PRIMARY'), of('SECONDARY')];
  if (simple !== undefined) return simple;
  if (primary !== undefined && healthy(primary)) return primary;
  if (secondary !== undefined && healthy(secondary)) return secondary;
  return primary ?? secondary ?? null;
}
