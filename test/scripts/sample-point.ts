import type { Manifest, PointKind } from '../../scripts/catalogue/manifest';

/** A manifest of a point that ended at a moment; whatever a test is not about is filled in. */
export function samplePoint(id: string, at: string, more: Partial<Manifest> = {}): Manifest {
  const kind = (/-(full|incremental|log)-/.exec(id)?.[1] ?? 'full') as PointKind;
  return {
    version: 1,
    id,
    dataset: 'postgres',
    lineage: 'primary-g1',
    engine: 'postgres',
    method: 'pgbackrest',
    kind,
    parent: null,
    startedAt: at,
    endedAt: at,
    source: { identity: '7301', host: 'db', serverVersion: '15.8' },
    positions: {},
    restorable: { from: at, to: at },
    files: [],
    size: { data: 1_000, stored: 400 },
    tools: {},
    encryption: { method: 'age', keys: ['age1x'] },
    ...more,
  };
}
