import type { WrittenDataset } from '../dataset';
import type { Duration } from '../duration';
import { inWords } from '../duration-words';
import { dotted, type Change, type Fault, type Path } from '../fault';
import { objectiveFor } from '../objective';
import { worstCaseRecovery } from '../worst-case-recovery';
import type { WrittenWorkload } from '../written-workload';
import type { Check } from './check';
import { pathWithin, strongProtection } from './strong';

const disruptions = ['data', 'zone', 'region'] as const;

/** Datasets that may be away for longer than their objective, and those of which nobody says how they come back. */
export const recoveries: Check = (workload, at) =>
  Object.entries(workload.datasets).flatMap(([name, dataset]) => {
    const own = at('datasets', name);
    if (dataset.protection === null) return [];
    if (dataset.recovery === null) return hasProcedure(name, workload) ? [] : [unstated(dataset, own)];
    return disruptions.flatMap((disruption): Fault[] => {
      const time = worstCaseRecovery(name, disruption, workload);
      const { rto } = objectiveFor(dataset.tier, disruption);
      if (time === null || !time.isLongerThan(rto)) return [];
      const path = [...own, 'recovery', disruption];
      return [
        {
          code: 'recovery-above-rto',
          path,
          disruption,
          fact: `the worst case takes ${inWords(time)}; the objective is ${inWords(rto)}`,
          is: inWords(time),
          must: `at most ${inWords(rto)}`,
          fix: {
            text: `shorten ${dotted(path)} to nine tenths of ${inWords(rto)}`,
            changes: shorter(dataset, own, path, rto),
          },
        },
      ];
    });
  });

function shorter(dataset: WrittenDataset, own: Path, path: Path, rto: Duration): Change[] {
  const parts: Change = { path, value: pathWithin(rto) };
  if (dataset.protection?.kind !== 'rebuilt') return [parts];
  // What waits for another store cannot be quicker than that one; it needs copies of its own.
  return [{ path: [...own, 'protection'], value: strongProtection(dataset) }, parts];
}

function hasProcedure(name: string, { procedures }: WrittenWorkload): boolean {
  return Object.values(procedures).some(({ dataset }) => dataset === name);
}

function unstated(dataset: WrittenDataset, own: Path): Fault {
  const path = [...own, 'recovery'];
  const paths = disruptions.map((disruption) => [disruption, pathWithin(objectiveFor(dataset.tier, disruption).rto)]);
  return {
    code: 'recovery-unstated',
    path,
    fact: 'nobody says how it comes back, nor how long that takes',
    is: 'nothing',
    must: 'the parts of its recovery',
    fix: {
      text: `write ${dotted(path)}: what each part may take`,
      changes: [{ path, value: Object.fromEntries(paths) as Record<string, ReturnType<typeof pathWithin>> }],
    },
  };
}
