import assert from 'node:assert/strict';
import { clockText, DrillProgress, frame } from '../../../cli/drill/view';
import { duration } from '../../../recovery/duration';

const phases = [
  { id: 'deploy', title: 'Bring both sites up', expected: duration('60s') },
  { id: 'recover', title: 'Fail over', expected: duration('120s') },
];
const steps = [{ id: 'promote', title: 'Promote the database', budget: duration('90m') }];

describe('the live view of a drill', () => {
  it('estimates the end from what is left of the phases', () => {
    const progress = new DrillProgress(phases, steps);
    assert.equal(progress.remainingMs(0), 180_000);
    progress.beginPhase('deploy', 0);
    assert.equal(progress.remainingMs(20_000), 160_000);
    assert.equal(progress.remainingMs(90_000), 120_000);
    progress.beginPhase('recover', 90_000);
    assert.equal(progress.remainingMs(100_000), 110_000);
  });

  it('shows the running phase, its note, the steps with their budgets, and the bookings', () => {
    const progress = new DrillProgress(phases, steps);
    progress.beginPhase('deploy', 0);
    progress.beginPhase('recover', 42_000);
    progress.note = 'promote: waiting';
    progress.second = { tried: 120, acknowledged: 7 };
    progress.steps.set('promote', { startedAt: 43_000, endedAt: null, failed: false });
    const text = frame(progress, 50_500).join('\n');
    assert.match(text, /✓ Bring both sites up +42\.0 s/);
    assert.match(text, /▸ Fail over +8\.5 s/);
    assert.match(text, /promote: waiting/);
    assert.match(text, /▸ promote +7\.5 s of 90m +Promote the database/);
    assert.match(text, /7\/s acknowledged +113\/s failed/);
  });

  it('writes times as people say them', () => {
    assert.equal(clockText(9_940), '9.9 s');
    assert.equal(clockText(125_000), '2 min 05 s');
    assert.equal(clockText(119_900), '2 min 00 s');
  });
});
