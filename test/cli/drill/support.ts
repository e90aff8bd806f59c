import type { DrillResult } from '../../../recovery/drill-result';
import { regionLossScenario } from '../../../recovery/scenarios/region-loss';

/** A drill that passed; tests spoil it. */
export function passedDrill(): DrillResult {
  return {
    version: 1,
    scenario: 'region-loss',
    target: 'local',
    verdict: 'passed',
    reasons: [],
    startedAt: '2026-11-23T21:00:00.000Z',
    faultAt: '2026-11-23T21:01:40.000Z',
    rto: {
      seconds: 121,
      firstSuccessSeconds: 41.2,
      ownWorkSeconds: 11.5,
      objectiveSeconds: 14_400,
      localBoundSeconds: 150,
      firstSuccessBoundSeconds: 120,
      ownWorkBoundSeconds: 20,
    },
    stores: [
      {
        name: 'postgres',
        engine: 'postgres',
        acknowledged: 3_000,
        lost: 6,
        lostSeconds: 0.05,
        objectiveSeconds: 900,
        localBoundSeconds: 1,
      },
      {
        name: 'redis',
        engine: 'redis',
        acknowledged: 3_000,
        lost: 6,
        lostSeconds: 0.05,
        objectiveSeconds: 3_600,
        localBoundSeconds: 2,
      },
      {
        name: 'pms',
        engine: 'mysql',
        acknowledged: 60,
        lost: 0,
        lostSeconds: 0,
        objectiveSeconds: 3_600,
        localBoundSeconds: 3,
      },
    ],
    steps: regionLossScenario.steps.map((step, index) => ({
      id: step.id,
      title: step.title,
      budgetSeconds: step.budget.seconds,
      startSeconds: index * 2,
      seconds: 1.9,
      outcome: 'done',
    })),
    load: { clients: 300, bookingsPerSecond: 119.8 },
    timeline: Array.from({ length: 140 }, (_, index) => ({
      second: index - 20,
      tried: 120,
      acknowledged: index < 20 || index > 80 ? 120 : 0,
    })),
    timeScale: 1,
    injected: { linkCutSeconds: null, regionSpared: false },
    phases: [{ id: 'deploy', title: 'Bring both sites up', seconds: 42 }],
    peakMemoryMb: 512,
    versions: { postgres: '15.18', node: '22.23.3' },
  };
}
