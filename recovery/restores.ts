import type { Engine, WrittenDataset } from './dataset';
import type { Disruption } from './disruption';
import type { Mechanism } from './mechanisms';
import { readOf } from './worst-case-recovery';

/** A dataset that is read back from a copy, and so takes longer the larger it is. */
export interface Restore {
  readonly engine: Engine;
  /** null where it is filled from another store instead. */
  readonly mechanism: Mechanism | null;
  readonly gib: number;
}

/** Everything that is read back on the way to a dataset; nothing where a standby takes over. */
export function restoresOf(
  name: string,
  disruption: Disruption,
  datasets: Readonly<Record<string, WrittenDataset>>,
): Restore[] {
  const dataset = datasets[name];
  if (dataset?.protection == null) return [];
  const { protection, engine, size } = dataset;
  const read = readOf(dataset, disruption);
  if (read?.standby === true) return [];
  const own = { engine, mechanism: read?.mechanism ?? null, gib: size.gib };
  if (protection.kind !== 'rebuilt') return [own];
  // A circle of stores that wait for each other has no way back: worstCaseRecovery says so.
  return [...restoresOf(protection.from, disruption, datasets), own];
}
