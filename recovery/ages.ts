import type { Metric } from './alarm';
import { alarmThresholds } from './thresholds';

/** How old the newest artefacts are, as CloudWatch knows it: who says it and who is alarmed by it agree here. */
export const ageMetrics = {
  namespace: 'agente-dr',
  dimension: 'Dataset',
  unit: 'Seconds',
  names: { 'backup-age': 'BackupAge', 'validation-age': 'ValidationAge' },
} as const;
export type AgeMetric = Extract<Metric, keyof typeof ageMetrics.names>;

/** Datasets of whose age somebody is told, each with the ages that have a threshold. */
export const agedDatasets: ReadonlyMap<string, readonly AgeMetric[]> = gathered();

function gathered(): Map<string, readonly AgeMetric[]> {
  const found = new Map<string, readonly AgeMetric[]>();
  for (const { dataset, metric } of alarmThresholds) {
    if (isAge(metric)) found.set(dataset, [...(found.get(dataset) ?? []), metric]);
  }
  return found;
}

function isAge(metric: Metric): metric is AgeMetric {
  return metric in ageMetrics.names;
}
