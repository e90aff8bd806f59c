import { backupPlaces } from '../backup-places';
import type { WrittenDataset } from '../dataset';
import { Duration } from '../duration';
import { inWords } from '../duration-words';
import { dotted, type Fault, type Fix, type Path } from '../fault';
import { mechanisms } from '../mechanisms';
import { backupOf, type Backup, type OffSite } from '../protection';
import type { WrittenWorkload } from '../written-workload';
import { set, slowest, type Check } from './check';
import type { Places } from '../workload-reading';

/** Copies that come too rarely, never leave their host, or are gone too early. */
export const copies: Check = (workload, at) =>
  Object.entries(workload.datasets).flatMap(([name, dataset]) => {
    const own = at('datasets', name);
    const each = backupPlaces(dataset, own).flatMap(({ backup, path }) => [
      ...belowFloor(backup, path, workload, at),
      ...untimed(backup, path),
      ...unshipped(backup.offSite, [...path, 'offSite']),
    ]);
    return [...each, ...laggingFloor(dataset, own), ...nowhereElse(dataset, own), ...tooShort(dataset, own)];
  });

function belowFloor(backup: Backup, path: Path, { jobs }: WrittenWorkload, at: Places): Fault[] {
  if (backup.kind === 'versioned') return [];
  const [key, rhythm] = backup.kind === 'snapshot' ? ['taken', backup.taken] : ['shipped', backup.shipped];
  if (rhythm === 'when-full') return [];
  const floor = mechanisms[backup.mechanism].interval;
  if ('every' in rhythm) {
    const place = [...path, key];
    const fix = set(place, { every: floor.toString() });
    return floor.isLongerThan(rhythm.every) ? [floorFault(backup, rhythm.every, place, fix)] : [];
  }
  const schedule = jobs[rhythm.job]?.schedule;
  if (schedule?.fires !== true || !floor.isLongerThan(schedule.largestGap())) return [];
  const place = at('jobs', rhythm.job, 'schedule');
  return [floorFault(backup, schedule.largestGap(), place, set(place, slowest(floor, () => true) ?? '0 3 * * *'))];
}

function floorFault({ mechanism }: Pick<Backup, 'mechanism'>, asked: Duration, path: Path, fix: Fix): Fault {
  const { title, interval, source } = mechanisms[mechanism];
  return {
    code: 'interval-below-floor',
    path,
    fact: `${title} is asked for every ${inWords(asked)} and gives every ${inWords(interval)} at best (${source})`,
    is: inWords(asked),
    must: `at least ${inWords(interval)}`,
    fix,
  };
}

function laggingFloor({ protection }: WrittenDataset, own: Path): Fault[] {
  if (protection?.kind !== 'replica') return [];
  const floor = mechanisms[protection.mechanism].interval;
  const path = [...own, 'protection', 'maxLag'];
  return floor.isLongerThan(protection.maxLag)
    ? [floorFault(protection, protection.maxLag, path, set(path, floor.toString()))]
    : [];
}

function untimed(backup: Backup, path: Path): Fault[] {
  if (backup.kind !== 'continuous' || backup.shipped !== 'when-full') return [];
  const every = Duration.longer(Duration.parse('1m'), mechanisms[backup.mechanism].interval);
  return [
    {
      code: 'archive-without-timeout',
      path: [...path, 'shipped'],
      fact: `${mechanisms[backup.mechanism].title} leaves when a segment is full: on an idle server that is never`,
      is: 'when-full',
      must: 'after a time at the latest',
      fix: set([...path, 'shipped'], { every: every.toString() }),
    },
  ];
}

function unshipped(offSite: OffSite | null, path: Path): Fault[] {
  if (offSite === null || offSite.by !== null) return [];
  return [
    {
      code: 'copy-unshipped',
      path: [...path, 'by'],
      fact: `a copy elsewhere is to be kept for ${inWords(offSite.keep)}, and no job and no replication brings it there`,
      is: 'nothing',
      must: 'replication or a job',
      fix: set([...path, 'by'], 'replication'),
    },
  ];
}

/** A lost region takes every copy that lies in it. */
function nowhereElse(dataset: WrittenDataset, own: Path): Fault[] {
  const { protection } = dataset;
  const places = backupPlaces(dataset, own);
  const first = places[0];
  if (protection === null || first === undefined) return [];
  if (places.some(({ backup }) => backup.offSite !== null)) return [];
  const path = [...first.path, 'offSite'];
  return [
    {
      code: 'off-site-missing',
      path,
      fact: 'every copy lies in the region of the original',
      is: 'nothing',
      must: 'a copy in another region',
      fix: set(path, { by: 'replication', delay: '15m', keep: '90d' }),
    },
  ];
}

/** Damage is found late; a copy from before it must be there still. */
function tooShort({ protection, also, noticedWithin }: WrittenDataset, own: Path): Fault[] {
  const backup = protection === null ? null : backupOf(protection);
  if (noticedWithin === null || backup === null) return [];
  const longest = [backup, ...also].map(keepOf).reduce((a, b) => Duration.longer(a, b));
  if (!noticedWithin.isLongerThan(longest)) return [];
  const path = [...own, 'also', also.length];
  return [
    {
      code: 'retention-below-detection',
      path: [...own, 'noticedWithin'],
      fact: `damage may go unnoticed for ${inWords(noticedWithin)}, and the oldest copy is ${inWords(longest)} old`,
      is: inWords(longest),
      must: `at least ${inWords(noticedWithin)}`,
      fix: {
        text: `keep a daily copy for ${inWords(noticedWithin)}: add ${dotted(path)}`,
        changes: [{ path, value: dailyKeptFor(noticedWithin) }],
      },
    },
  ];
}

function keepOf(backup: Backup): Duration {
  return backup.kind === 'continuous' ? backup.window : backup.keep;
}

function dailyKeptFor(keep: Duration) {
  const kept = keep.toString();
  const offSite = { by: 'replication', delay: '1h', keep: kept };
  return { kind: 'snapshot', mechanism: 'aws-backup', taken: { every: '24h' }, keep: kept, offSite };
}
