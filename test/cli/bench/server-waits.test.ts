import assert from 'node:assert/strict';
import { ServerWaits } from '../../../cli/bench/server-waits';

describe('the waits for servers of a role change', () => {
  it('are the union of what overlaps, whatever else is changed meanwhile', () => {
    const waits = new ServerWaits();
    waits.see(' ~  aws:appautoscaling:Target agente-api-scaling updating (0s)', 100);
    waits.see(' ~  aws:rds:Instance postgres-g1 updating (0s) [diff: -replicateSourceDb]', 1_000);
    waits.see(' ~  aws:rds:Instance pms-g1 updating (0s) [diff: -replicateSourceDb]', 1_500);
    waits.see(' ~  aws:rds:Instance postgres-g1 updating (1s) [diff: -replicateSourceDb]', 2_000);
    waits.see(' ~  aws:rds:Instance postgres-g1 updated (1s) [diff: -replicateSourceDb]', 2_500);
    waits.see(' ~  aws:rds:Instance pms-g1 updated (2s) [diff: -replicateSourceDb]', 3_000);
    waits.see(' ~  aws:ecs:Service agente-api-service updating (0s) [diff: ~desiredCount]', 4_000);
    waits.see(' ~  aws:ecs:Service agente-api-service updated (1s) [diff: ~desiredCount]', 5_000);
    assert.equal(waits.seconds, 3);
  });
});
