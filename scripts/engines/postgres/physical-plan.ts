import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { RestorePlan, RestoreRequest, RestoreTarget, Work } from '../engine';
import { Archive } from './archive';
import { courseOf, historyFor, leadsThrough, positionOf, type BasePosition, type Course } from './course';
import { endOfCourse, findRestorePoint, type CourseEnd } from './course-end';
import type { ServerHome } from './home';
import { readingPassphrase } from './passphrase';
import { formatLsn, isLsn, parseLsn, parseSegment, numberOf, type Lsn } from './wal';

/** Everything that a restore needs to know. */
export interface PhysicalRoute {
  readonly base: Manifest;
  readonly position: BasePosition;
  readonly archive: Archive;
  readonly course: Course;
  /** Where the server stops: `recovery_target_…` and its value. */
  readonly stop: readonly [setting: 'recovery_target' | 'recovery_target_lsn' | 'recovery_target_time', value: string];
  readonly reaches: Date;
  readonly passphrase: string;
}

/** Chooses the base and how far to replay. @throws AgenteError restore-target-unreachable, log-gap. */
export async function routeTo(
  { target, base: chosen, logFolder }: RestoreRequest,
  { home, work }: { home: ServerHome; work: Work },
): Promise<PhysicalRoute> {
  const candidates = chosen === null ? await candidatesOf(work) : [chosen];
  const oldest = candidates.at(-1);
  if (oldest === undefined) {
    throw new AgenteError(
      'recovery-point-missing',
      `${work.catalogue.dataset} has no recovery point`,
      'Take one first, or look into another vault.',
    );
  }
  for (const base of candidates) {
    const route = await routeFrom(base, target, { home, work, logFolder, isChosen: chosen !== null });
    if (route !== null) return route;
  }
  throw unreachable(describe(target), `before ${oldest.restorable.from}, the first recovery point`);
}

/** Newest first; the lineage that writes now before older ones, whose later history is not the one in force. */
async function candidatesOf(work: Work): Promise<Manifest[]> {
  const { points } = await work.catalogue.list();
  const physical = points.filter((point) => point.method === 'pgbackrest');
  const [own, others] = [true, false].map((own) => physical.filter((each) => (each.lineage === work.lineage) === own));
  return [...(own ?? []).reverse(), ...(others ?? []).reverse()];
}

interface Circumstances {
  readonly home: ServerHome;
  readonly work: Work;
  readonly logFolder: string | null;
  readonly isChosen: boolean;
}

/** @returns null when an older base must be tried. */
async function routeFrom(
  base: Manifest,
  target: RestoreTarget,
  { home, work, logFolder, isChosen }: Circumstances,
): Promise<PhysicalRoute | null> {
  const position = positionOf(base);
  const tooEarly = (): null => {
    if (isChosen) throw unreachable(describe(target), `before ${base.id} was whole, at ${base.restorable.to}`);
    return null;
  };
  if (target.to === 'time' && target.time < new Date(base.restorable.to)) return tooEarly();
  if (target.to === 'position' && isLsn(target.position) && parseLsn(target.position) < position.stop)
    return tooEarly();
  const passphrase = await readingPassphrase(home, base.lineage, work);
  const inVault = await Archive.read(base.lineage, base.positions['archive'] ?? '', passphrase, work);
  const archive = inVault.withFolder(logFolder);
  const history = historyFor(archive, position);
  if (!isChosen && !leadsThrough(archive, archive.newestTimeline, position)) return null;
  const course = courseOf(archive, position, history);
  const whole = { base, position, archive, course, passphrase };
  const ended = new Date(base.restorable.to);
  if (target.to === 'point') {
    return {
      ...whole,
      course: upTo(course, position.stop, position),
      stop: ['recovery_target', 'immediate'],
      reaches: ended,
    };
  }
  if (target.to === 'position' && !isLsn(target.position)) {
    const lsn = await findRestorePoint(target.position, course, archive, work);
    if (lsn === null || parseLsn(lsn) < position.stop) return notThere(target.position, isChosen);
    return {
      ...whole,
      course: upTo(course, parseLsn(lsn), position),
      stop: ['recovery_target_lsn', lsn],
      reaches: ended,
    };
  }
  const end = await endOfCourse(course, archive, work, { cutDamage: target.to !== 'latest' });
  const proven = await provenUntil({ ...whole, course: end.course }, work);
  return { ...whole, ...stopAt(target, { ...whole, course: end.course, proven }, end) };
}

/**
 * A later point on the same course proves that all that was written before it began is in the log, also where
 * no transaction says so: hotels sleep.
 */
async function provenUntil(
  { base, archive, course, position }: Pick<PhysicalRoute, 'base' | 'archive' | 'course' | 'position'>,
  work: Work,
): Promise<Date> {
  const { segmentSize } = position;
  const last = course.segments.map(({ name }) => parseSegment(name, segmentSize).number).at(-1) ?? -1n;
  const later = (await work.catalogue.list()).points.filter((point) => {
    if (point.method !== 'pgbackrest' || point.lineage !== base.lineage) return false;
    const at = positionOf(point);
    return leadsThrough(archive, course.timeline, at) && numberOf(at.start, segmentSize) <= last;
  });
  return new Date(Math.max(Date.parse(base.restorable.to), ...later.map(({ startedAt }) => Date.parse(startedAt))));
}

function stopAt(
  target: RestoreTarget,
  { base, course, position, proven }: Pick<PhysicalRoute, 'base' | 'course' | 'position'> & { proven: Date },
  end: CourseEnd,
): Pick<PhysicalRoute, 'course' | 'stop' | 'reaches'> {
  const known = new Date(Math.max(end.lastEnd?.getTime() ?? 0, Date.parse(base.restorable.to)));
  const toEnd = { course, stop: ['recovery_target_lsn', end.lastRecord] as const, reaches: known };
  if (target.to === 'position') {
    const lsn = parseLsn(target.position);
    if (lsn > parseLsn(end.lastRecord)) {
      throw unreachable(target.position, `after ${end.lastRecord}, the last that is in the log`, gapOf(course));
    }
    return { course: upTo(course, lsn, position), stop: ['recovery_target_lsn', formatLsn(lsn)], reaches: known };
  }
  const until = proven > known ? proven : known;
  if (target.to === 'time' && target.time > until) {
    throw unreachable(describe(target), `after ${until.toISOString()}, where the log ends`, gapOf(course));
  }
  // After the last transaction there is none that a server could stop before.
  if (target.to === 'time' && end.lastEnd !== null && target.time < end.lastEnd) {
    return {
      course,
      stop: ['recovery_target_time', target.time.toISOString().replace('T', ' ').replace('Z', '+00')],
      reaches: target.time,
    };
  }
  if (target.to !== 'time' && course.missing !== null) throw gapError(course.missing);
  return target.to === 'time' ? { ...toEnd, reaches: target.time } : toEnd;
}

/** Only what a replay to there asks for. */
function upTo(course: Course, lsn: Lsn, { segmentSize, stop }: BasePosition): Course {
  const last = numberOf(lsn > stop ? lsn : stop, segmentSize);
  // A record may go over into the next segment.
  const needed = course.segments.filter(({ name }) => parseSegment(name, segmentSize).number <= last + 1n);
  const { missing } = course;
  if (missing !== null && parseSegment(missing, segmentSize).number <= last) throw gapError(missing);
  return { ...course, segments: needed, missing: null };
}

const gapOf = ({ missing }: Course): string =>
  missing === null ? '' : `; WAL segment ${missing} is missing or damaged`;

function gapError(segment: string): AgenteError {
  return new AgenteError(
    'log-gap',
    `WAL segment ${segment} is missing, and later ones are there`,
    'Restore to a time before it, or from a recovery point after it: agente-dr catalog list.',
  );
}

function notThere(name: string, isChosen: boolean): null {
  if (isChosen) throw unreachable(`restore point ${name}`, 'not in the log of this recovery point');
  return null;
}

function describe(target: RestoreTarget): string {
  if (target.to === 'time') return target.time.toISOString();
  return target.to === 'position' ? target.position : `the ${target.to} state`;
}

function unreachable(what: string, why: string, more = ''): AgenteError {
  return new AgenteError(
    'restore-target-unreachable',
    `${what} is ${why}${more}`,
    'Name a target within the range; `latest` is the newest state that there is.',
  );
}

/** The plan in words and figures. */
export async function physicalPlan(
  request: RestoreRequest,
  circumstances: { home: ServerHome; work: Work },
): Promise<RestorePlan> {
  const { base, course, position, stop, reaches } = await routeTo(request, circumstances);
  const logBytes = course.segments.length * position.segmentSize;
  const [first, last] = [course.segments.at(0)?.name ?? 'none', course.segments.at(-1)?.name ?? 'none'];
  return {
    points: await circumstances.work.catalogue.chainOf(base),
    request,
    reaches,
    bytes: base.size.data,
    logBytes,
    steps: [
      `restore ${base.id} (pgBackRest ${base.positions['label'] ?? ''}) into a folder of its own`,
      `replay ${course.segments.length} WAL segments, ${first} to ${last}, along time line ${course.timeline}`,
      `stop at ${stop[0]} = ${stop[1]}, check that it was reached, then end the recovery`,
    ],
  };
}
