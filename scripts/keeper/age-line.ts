import { ageMetrics, type AgeMetric } from '../../recovery/ages';

/** Seconds; a metric that is not there was not measured. */
export type Ages = Readonly<Partial<Record<AgeMetric, number>>>;

/**
 * The ages of a dataset in CloudWatch's Embedded Metric Format: CloudWatch Logs takes figures out of a line of
 * JSON that says so, and nobody needs the right to write any.
 */
export function ageLine(dataset: string, ages: Ages, at: Date): Record<string, unknown> {
  const { namespace, dimension, unit, names } = ageMetrics;
  const said = (Object.keys(names) as AgeMetric[]).flatMap((metric) => {
    const age = ages[metric];
    return age === undefined ? [] : [[names[metric], age] as const];
  });
  const directive = {
    Namespace: namespace,
    Dimensions: [[dimension]],
    Metrics: said.map(([name]) => ({ Name: name, Unit: unit })),
  };
  return {
    _aws: { Timestamp: at.getTime(), CloudWatchMetrics: [directive] },
    [dimension]: dataset,
    ...Object.fromEntries(said),
  };
}
