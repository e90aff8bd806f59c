import assert from 'node:assert/strict';
import { noteStep, type StepRun } from '../../../cli/drill/failover-process';
import { familyOf } from '../../../cli/drill/memory';

const line = (state: string, second: number): string =>
  JSON.stringify({
    event: 'step',
    id: 'promote',
    state,
    at: new Date(second * 1_000).toISOString(),
    detail: `d${String(second)}`,
  });

describe("the failover's report", () => {
  it('gives a step the instant of its first line and that of its end', () => {
    const steps = new Map<string, StepRun>();
    noteStep(steps, line('running', 10));
    noteStep(steps, line('running', 12));
    assert.equal(steps.get('promote')?.endedAt, null);
    noteStep(steps, line('done', 17));
    assert.deepEqual(steps.get('promote'), {
      id: 'promote',
      startedAt: 10_000,
      endedAt: 17_000,
      state: 'done',
      detail: 'd17',
    });
  });

  it('passes over lines that are no step', () => {
    const steps = new Map<string, StepRun>();
    for (const other of ['', 'not json', '{"event":"result","lossSeconds":0}', '{"error":{"code":"x"}}'])
      assert.equal(noteStep(steps, other), null);
    assert.equal(steps.size, 0);
  });
});

describe('the family of a process', () => {
  it('is what it started, at any depth, in any order of pids', () => {
    const parents = new Map([
      [9, 5],
      [5, 7],
      [7, 1],
      [8, 1],
      [4, 9],
    ]);
    assert.deepEqual(familyOf(7, parents).sort(), [4, 5, 7, 9]);
  });
});
