import assert from 'node:assert/strict';
import { z } from 'zod';
import { ageLine } from '../../../scripts/keeper/age-line';

const name = z.string().min(1).max(1_024);
/**
 * What CloudWatch takes figures out of ("Specification: Embedded metric format", CloudWatch user guide): members of
 * the directive that it does not know are an error here, beside them anything may stand.
 */
const embedded = z.looseObject({
  _aws: z.strictObject({
    /** Milliseconds since 1970. */
    Timestamp: z.int().min(Date.UTC(2020)),
    CloudWatchMetrics: z.array(
      z.strictObject({
        Namespace: name,
        Dimensions: z.array(z.array(name).min(1).max(30)).min(1),
        Metrics: z
          .array(z.strictObject({ Name: name, Unit: z.enum(['Seconds']) }))
          .min(1)
          .max(100),
      }),
    ),
  }),
});

describe('the line that tells the ages of a dataset', () => {
  const at = new Date('2026-11-28T14:30:00.000Z');
  const said = JSON.parse(
    JSON.stringify(ageLine('postgres', { 'backup-age': 90, 'validation-age': 3_600 }, at)),
  ) as unknown;

  it('is in the Embedded Metric Format', () => {
    assert.deepEqual(said, {
      _aws: {
        Timestamp: 1_795_876_200_000,
        CloudWatchMetrics: [
          {
            Namespace: 'agente-dr',
            Dimensions: [['Dataset']],
            Metrics: [
              { Name: 'BackupAge', Unit: 'Seconds' },
              { Name: 'ValidationAge', Unit: 'Seconds' },
            ],
          },
        ],
      },
      Dataset: 'postgres',
      BackupAge: 90,
      ValidationAge: 3_600,
    });
    embedded.parse(said);
  });

  it('has on its first level a number for each figure and a text for each dimension that it names', () => {
    const line = embedded.parse(said);
    for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      for (const dimension of Dimensions.flat()) assert.equal(typeof line[dimension], 'string', dimension);
      for (const { Name } of Metrics) assert.equal(typeof line[Name], 'number', Name);
    }
  });

  it('names no figure that was not measured', () => {
    const line = embedded.parse(ageLine('redis', { 'backup-age': 0 }, at));
    assert.deepEqual(line._aws.CloudWatchMetrics[0]?.Metrics, [{ Name: 'BackupAge', Unit: 'Seconds' }]);
    assert.equal('ValidationAge' in line, false);
  });
});
