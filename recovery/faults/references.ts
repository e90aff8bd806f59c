import { backupPlaces } from '../backup-places';
import type { WrittenDataset } from '../dataset';
import { Duration, duration } from '../duration';
import { dotted, type Fault, type Fix, type Json, type Path } from '../fault';
import { mechanisms } from '../mechanisms';
import { nearest } from '../nearest';
import type { Backup } from '../protection';
import type { WrittenWorkload } from '../written-workload';
import { set, type Check } from './check';
import { strongProtection } from './strong';

/** Rows that name another that is not there. */
export const references: Check = (workload, at) => {
  const { datasets, services, jobs } = workload;
  const datasetNames = Object.keys(datasets);
  const jobNames = Object.keys(jobs);
  return [
    ...Object.entries(datasets).flatMap(([name, dataset]) => {
      const own = at('datasets', name);
      const inCopies = backupPlaces(dataset, own).flatMap(({ backup, path }) => jobFaults(backup, path, jobNames));
      return [...inCopies, ...sourceFaults(name, dataset, own, workload)];
    }),
    ...Object.entries(services).flatMap(([name, { needs }]) =>
      (needs ?? []).flatMap((needed, index) => unless(datasetNames, needed, at('services', name, 'needs', index))),
    ),
    ...(['jobs', 'procedures', 'alarms'] as const).flatMap((table) =>
      Object.entries<{ readonly dataset: string }>(workload[table]).flatMap(([name, { dataset }]) =>
        unless(datasetNames, dataset, at(table, name, 'dataset'), at(table, name)),
      ),
    ),
  ];
};

/** @param row what goes away when no other name is near; the name itself where it stands in a list. */
function unless(known: readonly string[], name: string, path: Path, row: Path = path): Fault[] {
  if (known.includes(name)) return [];
  const meant = nearest(name, known);
  const away: Fix = { text: `take ${dotted(row)} away`, changes: [{ path: row, remove: true }] };
  return [unknown(path, name, known, meant === null ? away : set(path, meant))];
}

function jobFaults(backup: Backup, path: Path, known: readonly string[]): Fault[] {
  const faults: Fault[] = [];
  const ask = (holder: unknown, place: Path, otherwise: Json): void => {
    if (typeof holder !== 'object' || holder === null || !('job' in holder)) return;
    const name = String(holder.job);
    if (known.includes(name)) return;
    const meant = nearest(name, known);
    faults.push(unknown([...place, 'job'], name, known, set(place, meant === null ? otherwise : { job: meant })));
  };
  const every = Duration.longer(duration('1h'), mechanisms[backup.mechanism].interval).toString();
  if (backup.kind === 'snapshot') ask(backup.taken, [...path, 'taken'], { every });
  if (backup.kind === 'continuous') ask(backup.shipped, [...path, 'shipped'], { every });
  ask(backup.offSite?.by, [...path, 'offSite', 'by'], 'replication');
  return faults;
}

/** A store cannot be rebuilt from one that is not there, nor from itself, nor in a circle. */
function sourceFaults(name: string, dataset: WrittenDataset, own: Path, { datasets }: WrittenWorkload): Fault[] {
  if (dataset.protection?.kind !== 'rebuilt') return [];
  const seen = [name];
  let from: string | null = dataset.protection.from;
  while (from !== null) {
    const source: WrittenDataset | undefined = datasets[from];
    if (source === undefined || seen.includes(from)) {
      const path = [...own, 'protection', 'from'];
      const whole = [...own, 'protection'];
      const fix = { path: whole, value: strongProtection(dataset) };
      const replaced = { text: `give it copies of its own: replace ${dotted(whole)}`, changes: [fix] };
      return [unknown(path, dataset.protection.from, Object.keys(datasets), replaced)];
    }
    seen.push(from);
    from = source.protection?.kind === 'rebuilt' ? source.protection.from : null;
  }
  return [];
}

function unknown(path: Path, name: string, known: readonly string[], fix: Fix): Fault {
  return {
    code: 'reference-unknown',
    path,
    fact: `${name} is not there${known.includes(name) ? ' before this one is' : ''}`,
    is: name,
    must: `one of ${known.slice(0, 20).join(', ')}`,
    fix,
  };
}
