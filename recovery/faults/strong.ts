import type { WrittenDataset } from '../dataset';
import { Duration } from '../duration';
import type { Json } from '../fault';
import { recoveryParts } from '../recovery-path';

const byRds: Json = { by: 'replication', delay: '30m', keep: '35d' };

const ofRds: Json = {
  kind: 'replica',
  mechanism: 'rds-replica',
  where: 'region',
  maxLag: '1m',
  with: {
    kind: 'continuous',
    mechanism: 'rds-point-in-time',
    shipped: { every: '5m' },
    window: '35d',
    base: { kind: 'snapshot', mechanism: 'rds-snapshot', taken: { every: '24h' }, keep: '35d', offSite: byRds },
    offSite: byRds,
  },
};

const ofObjects: Json = {
  kind: 'replica',
  mechanism: 's3-replication',
  where: 'region',
  maxLag: '15m',
  with: {
    kind: 'versioned',
    mechanism: 'object-versions',
    keep: '90d',
    offSite: { by: 'replication', delay: '15m', keep: '90d' },
  },
};

/** A protection that keeps every tier's objective, for a dataset that has none that does. */
export function strongProtection({ engine }: WrittenDataset): Json {
  return engine === 'postgres' || engine === 'mysql' ? ofRds : ofObjects;
}

/** Shares of an objective that leave a tenth of it as margin. */
const shares = { detect: 0.1, decide: 0.1, restore: 0.4, replay: 0.1, verify: 0.1, redirect: 0.1 } as const;

/** A path that fits into an objective. */
export function pathWithin(rto: Duration): Json {
  return Object.fromEntries(
    recoveryParts.map((part) => [part, Duration.ofMs(Math.floor(rto.ms * shares[part])).toString()]),
  );
}
