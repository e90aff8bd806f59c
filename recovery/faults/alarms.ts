import type { AlarmThreshold } from '../alarm';
import type { WrittenDataset } from '../dataset';
import { Duration } from '../duration';
import { inWords } from '../duration-words';
import type { Fault, Path } from '../fault';
import { objectiveFor } from '../objective';
import { type Check } from './check';

/** Alarms that are raised when the objective is lost already. */
export const alarms: Check = (workload, at) =>
  Object.entries(workload.alarms).flatMap(([id, alarm]) => {
    const dataset = workload.datasets[alarm.dataset];
    if (dataset === undefined || !(alarm.threshold instanceof Duration)) return [];
    const limit = limitOf(alarm, dataset);
    const raised = alarm.threshold.plus(alarm.sustained);
    return limit === null || !raised.isLongerThan(limit) ? [] : [tooLate(at('alarms', id), alarm, raised, limit)];
  });

/** What must not be over when somebody is told. */
function limitOf({ metric }: Omit<AlarmThreshold, 'id'>, { tier, noticedWithin }: WrittenDataset): Duration | null {
  if (metric === 'validation-age') return noticedWithin;
  if (metric === 'replication-latency') return objectiveFor(tier, 'region').rpo;
  return objectiveFor(tier, 'data').rpo;
}

function tooLate(path: Path, alarm: Omit<AlarmThreshold, 'id'>, raised: Duration, limit: Duration): Fault {
  const half = Duration.ofMs(Math.floor(limit.ms / 2));
  return {
    code: 'alarm-too-late',
    path: [...path, 'threshold'],
    fact: `it is raised at ${inWords(raised)} for ${alarm.dataset}, whose limit is ${inWords(limit)}`,
    is: inWords(raised),
    must: `at most ${inWords(limit)}`,
    fix: {
      text: `raise it at ${inWords(half)}, without waiting`,
      changes: [
        { path: [...path, 'threshold'], value: half.toString() },
        { path: [...path, 'sustained'], value: '0s' },
      ],
    },
  };
}
