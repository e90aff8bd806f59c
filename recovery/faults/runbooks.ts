import { Duration, duration } from '../duration';
import { inWords } from '../duration-words';
import type { Fault, Json, Path } from '../fault';
import type { Runbook, RunbookStep } from '../runbook';
import { asJson, isList } from '../apply-fix';
import { set, type Check } from './check';

/** Runbooks that cannot keep their objective, or begin or end in the wrong place. */
export const runbooks: Check = (workload, at) =>
  Object.entries(workload.runbooks).flatMap(([name, runbook]) => {
    const path = at('runbooks', name);
    return [
      ...tooLong(runbook, path),
      ...undetected(runbook, path),
      ...tooEarly(runbook, path),
      ...tooMuchLost(runbook, path),
    ];
  });

/** Until the guests are back; what protects the new place comes after. */
export function timeUntilBack(steps: readonly RunbookStep[]): Duration {
  return steps.filter(({ part }) => part !== 'protect').reduce((sum, { budget }) => sum.plus(budget), duration('0s'));
}

function tooLong({ steps, objective }: Runbook, path: Path): Fault[] {
  const total = timeUntilBack(steps);
  if (!total.isLongerThan(objective.rto)) return [];
  const share = objective.rto.ms / total.ms;
  return [
    {
      code: 'steps-above-rto',
      path: [...path, 'steps'],
      fact: `its steps add to ${inWords(total)}; the objective is ${inWords(objective.rto)}`,
      is: inWords(total),
      must: `at most ${inWords(objective.rto)}`,
      fix: {
        text: `shorten every step to ${Math.floor(share * 100)} % of its time`,
        changes: steps.flatMap(({ part, budget }, index) =>
          part === 'protect'
            ? []
            : [{ path: [...path, 'steps', index, 'budget'], value: `${Math.floor(budget.ms * share)}ms` }],
        ),
      },
    },
  ];
}

function undetected({ steps, objective }: Runbook, path: Path): Fault[] {
  if (steps.some(({ part }) => part === 'detect')) return [];
  const total = timeUntilBack(steps);
  const step = { id: 'detect', title: 'Notice it', part: 'detect', budget: '5m' };
  const left = objective.rto.ms - total.ms;
  const margin = left > 0 ? `${inWords(Duration.ofMs(left))} are left` : 'no time is left';
  return [
    {
      code: 'detection-missing',
      path: [...path, 'steps'],
      fact: `no step notices it, and ${margin} for that: its steps use ${inWords(total)} of ${inWords(objective.rto)}`,
      is: 'no step',
      must: 'a step that detects',
      fix: {
        text: 'begin with a step that detects, 5 min',
        changes: [{ path: [...path, 'steps'], value: [step, ...asList(steps)] }],
      },
    },
  ];
}

/** Guests who are sent to a place that does not stand yet are lost twice. */
function tooEarly({ steps }: Runbook, path: Path): Fault[] {
  const redirect = steps.findIndex(({ part }) => part === 'redirect');
  const proven = steps.map(({ part }) => ['restore', 'replay', 'verify'].includes(part)).lastIndexOf(true);
  if (redirect === -1 || redirect > proven || steps.slice(0, redirect).some(({ part }) => part === 'verify')) return [];
  const list = asList(steps);
  const moved = [...list.slice(0, redirect), ...list.slice(redirect + 1, proven + 1)];
  const order = [...moved, ...list.slice(redirect, redirect + 1), ...list.slice(proven + 1)];
  return [
    {
      code: 'redirect-before-verify',
      path: [...path, 'steps', redirect],
      fact: `step ${redirect + 1} sends the guests away, and what they come to stands after step ${proven + 1}`,
      is: `step ${redirect + 1}`,
      must: `after step ${proven + 1}`,
      fix: { text: `move it behind step ${proven + 1}`, changes: [{ path: [...path, 'steps'], value: order }] },
    },
  ];
}

function tooMuchLost({ loss, objective }: Runbook, path: Path): Fault[] {
  if (loss?.isLongerThan(objective.rpo) !== true) return [];
  return [
    {
      code: 'runbook-loss-above-rpo',
      path: [...path, 'loss'],
      fact: `it says that ${inWords(loss)} may be lost; the objective is ${inWords(objective.rpo)}`,
      is: inWords(loss),
      must: `at most ${inWords(objective.rpo)}`,
      fix: set([...path, 'loss'], objective.rpo.toString()),
    },
  ];
}

function asList(steps: readonly RunbookStep[]): readonly Json[] {
  const json = asJson(steps);
  return isList(json) ? json : [];
}
