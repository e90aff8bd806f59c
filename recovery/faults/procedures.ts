import { backupPlaces } from '../backup-places';
import { Duration } from '../duration';
import { inWords } from '../duration-words';
import type { Fault, Path } from '../fault';
import { objectiveFor } from '../objective';
import { backupLoss, type Loss } from '../worst-case-loss';
import { dotted } from '../fault';
import { set, type Check } from './check';

/** Commands that promise less than the objective of their dataset, or more than the copies they read can give. */
export const procedures: Check = (workload, at) =>
  Object.entries(workload.procedures).flatMap(([id, { dataset: name, reads, rto, rpo }]) => {
    const dataset = workload.datasets[name];
    if (dataset === undefined) return [];
    const objective = objectiveFor(dataset.tier, 'data');
    const path = at('procedures', id);
    const read = backupPlaces(dataset, []).find(({ backup }) => backup.mechanism === reads);
    const computed = read === undefined ? rpo : backupLoss(read.backup, 'data', workload);
    return [
      ...lossFault(path, computed, rpo, objective.rpo),
      ...(rto.isLongerThan(objective.rto) ? [timeFault([...path, 'rto'], rto, objective.rto)] : []),
    ];
  });

function lossFault(path: Path, computed: Loss, said: Duration, objective: Duration): Fault[] {
  const worst = computed === 'everything' ? computed : Duration.longer(computed, said);
  if (worst !== 'everything' && !worst.isLongerThan(objective)) return [];
  const words = worst === 'everything' ? 'everything' : inWords(worst);
  return [
    {
      code: 'procedure-loss-above-rpo',
      path: [...path, 'rpo'],
      fact: `it says ${inWords(said)}, its copies lose ${words} in the worst case; the objective is ${inWords(objective)}`,
      is: words,
      must: `at most ${inWords(objective)}`,
      // It may be of use some day, but it is no way to keep the promise.
      fix: { text: `take ${dotted(path)} away from the ways to recover`, changes: [{ path, remove: true }] },
    },
  ];
}

function timeFault(path: Path, rto: Duration, objective: Duration): Fault {
  return {
    code: 'procedure-above-rto',
    path,
    fact: `it takes ${inWords(rto)}; the objective is ${inWords(objective)}`,
    is: inWords(rto),
    must: `at most ${inWords(objective)}`,
    fix: set(path, objective.toString()),
  };
}
