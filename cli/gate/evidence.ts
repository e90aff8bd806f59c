import type { DrillResult } from '../../recovery/drill-result';
import { Duration } from '../../recovery/duration';
import { inWords } from '../../recovery/duration-words';
import { objectiveFor } from '../../recovery/objective';
import { databaseDatasets, type DatabaseDataset } from '../../recovery/sites';
import { workload } from '../../recovery/workload';
import { gateFinding, type GateFinding } from './finding';

const quarter = workload.drills['region-loss'].every;
const again = 'agente-dr drill run region-loss';

/** Whether the recovery of each database was seen, not long ago, and soon enough. */
export function evidence(drills: readonly DrillResult[], now: Date, urn: string): GateFinding[] {
  return databaseDatasets.flatMap((dataset) =>
    faultsOf(dataset, drills, now).map((fact) => gateFinding('dr-gate-evidence', urn, `${dataset}: ${fact}`, again)),
  );
}

/** A clock that ran faster and a region that was spared prove something else. */
const counts = ({ timeScale, injected }: DrillResult): boolean => timeScale === 1 && !injected.regionSpared;

function faultsOf(dataset: DatabaseDataset, drills: readonly DrillResult[], now: Date): string[] {
  const own = drills.filter((drill) => counts(drill) && drill.stores.some(({ name }) => name === dataset));
  const newest = own.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0];
  if (newest === undefined) return [`0 drills have brought it back, and one is promised every ${inWords(quarter)}`];
  const { rto } = objectiveFor(workload.datasets[dataset].tier, 'region');
  const age = Duration.ofMs(Math.max(0, now.getTime() - Date.parse(newest.startedAt)));
  const store = newest.stores.find(({ name }) => name === dataset);
  const { seconds } = newest.rto;
  const title = `its newest drill (${newest.scenario}, ${newest.target}, ${newest.startedAt.slice(0, 10)})`;
  return [
    ...(age.isLongerThan(quarter)
      ? [`${title} is ${Math.floor(age.ms / 86_400_000)} d old, and one is promised every ${inWords(quarter)}`]
      : []),
    ...(newest.verdict === 'failed' ? [`${title} has failed: ${newest.reasons.join('; ')}`] : []),
    ...(seconds === null || seconds * 1_000 > rto.ms
      ? [`${title} took ${seconds === null ? 'for ever' : `${seconds} s`}, and ${inWords(rto)} are promised`]
      : []),
    ...(store !== undefined && store.lostSeconds > store.objectiveSeconds
      ? [`${title} has lost ${store.lostSeconds} s, and ${store.objectiveSeconds} s are promised`]
      : []),
  ];
}
