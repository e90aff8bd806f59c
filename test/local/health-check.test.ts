import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { RecordSpec } from '../../local/api';
import { chosenRecord } from '../../local/realised/dns-records';
import { afterProbe, firstBelief, isHealthy } from '../../local/realised/health-check';

const after = (answers: readonly boolean[], threshold: number) =>
  answers.reduce((belief, answered) => afterProbe(belief, answered, threshold), firstBelief);

describe('belief of a health checker', () => {
  it('turns after exactly as many contradicting answers in a row as the threshold says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), (threshold) => {
        assert.equal(after(Array<boolean>(threshold - 1).fill(false), threshold).reachable, true);
        assert.equal(after(Array<boolean>(threshold).fill(false), threshold).reachable, false);
      }),
    );
  });

  it('is what the last run of equal answers of that length says', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (answers, threshold) => {
        const ends = answers.map((_, index) => answers.slice(index - threshold + 1, index + 1));
        const runs = ends.filter((run, index) => index >= threshold - 1 && new Set(run).size === 1);
        assert.equal(after(answers, threshold).reachable, runs.at(-1)?.[0] ?? true);
      }),
    );
  });

  it('counts a disabled check as healthy, and an inverted disabled one as unhealthy', () => {
    const unreachable = { reachable: false, contradictions: 0 };
    assert.equal(isHealthy({ disabled: true, inverted: false }, unreachable), true);
    assert.equal(isHealthy({ disabled: true, inverted: true }, unreachable), false);
    assert.equal(isHealthy({ disabled: false, inverted: true }, unreachable), true);
    assert.equal(isHealthy({ disabled: false, inverted: false }, unreachable), false);
  });
});

describe('choice between failover records', () => {
  const record = (failover: RecordSpec['failover'], healthCheckId: string | null): RecordSpec => ({
    ...{ zoneId: 'Z', name: 'hotel.test', type: 'A', setIdentifier: failover, alias: null, values: [] },
    ...{ ttlSeconds: 60, failover, healthCheckId },
  });
  const pair = [record('SECONDARY', 'b'), record('PRIMARY', 'a')];
  const chosen = (healthy: readonly string[], records = pair): string | null | undefined =>
    chosenRecord(records, 'HOTEL.test.', (id) => healthy.includes(id))?.failover;

  it('is the primary when it is healthy, else the secondary, and the primary again when neither is', () => {
    assert.equal(chosen(['a', 'b']), 'PRIMARY');
    assert.equal(chosen(['b']), 'SECONDARY');
    assert.equal(chosen([]), 'PRIMARY');
  });

  it('is the only record there is, and nothing for another name', () => {
    assert.equal(chosen([], [record('SECONDARY', 'b')]), 'SECONDARY');
    assert.equal(chosen([], [record(null, null)]), null);
    assert.equal(
      chosenRecord(pair, 'other.test', () => true),
      null,
    );
  });
});
