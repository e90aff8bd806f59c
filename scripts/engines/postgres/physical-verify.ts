import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { PostgresServer } from '../../settings/datasets';
import type { Damage, Work } from '../engine';
import { Archive } from './archive';
import { archiverState } from './archiving';
import { courseOf, historyFor, positionOf, type Course } from './course';
import { failingArchiver, neverArrived } from './log-check';
import { readingPassphrase } from './passphrase';
import { readSegment } from './segment-content';
import { homeOf, type PostgresOptions } from './server-options';
import { localAccess, withSession } from './session';
import { manifestDamages, pieceDamages } from './stored-damage';
import { numberOf, parseSegment } from './wal';

/** Everything of a point, and of the log from it to the next point or the end, read through. */
export async function physicalVerify(
  server: PostgresServer,
  options: PostgresOptions,
  point: Manifest,
  work: Work,
): Promise<Damage[]> {
  const damages = await manifestDamages(point, work);
  // What lies in the backup is known from its manifest only.
  if (damages.length > 0) return damages;
  try {
    const passphrase = await readingPassphrase(homeOf(server, options), point.lineage, work);
    damages.push(...(await pieceDamages(point, passphrase, work)));
    damages.push(...(await logDamages(server, point, passphrase, work)));
  } catch (error) {
    if (!(error instanceof AgenteError) || error.code !== 'backup-damaged') throw error;
    damages.push({ what: point.id, fact: error.message });
  }
  return damages;
}

async function logDamages(server: PostgresServer, point: Manifest, passphrase: string, work: Work): Promise<Damage[]> {
  const archive = await Archive.read(point.lineage, point.positions['archive'] ?? '', passphrase, work);
  const base = positionOf(point);
  const course = courseOf(archive, base, historyFor(archive, base));
  const damages: Damage[] = [...archive.damages];
  const { points } = await work.catalogue.list();
  const next = points.find((each) => each.lineage === point.lineage && each.id > point.id);
  const until = next === undefined ? null : numberOf(positionOf(next).start, base.segmentSize);
  const segments = course.segments.filter(
    ({ name }) => until === null || parseSegment(name, base.segmentSize).number < until,
  );
  const step = work.progress.begin(`reading the log after ${point.id}`, segments.length * base.segmentSize);
  try {
    for (const segment of segments) {
      const fact = await readSegment(segment, archive, work);
      if (fact !== null) damages.push({ what: segment.name, fact });
      step.advance(base.segmentSize);
    }
  } finally {
    step.end();
  }
  damages.push(...holes(course, base.segmentSize, { until, stop: numberOf(base.stop, base.segmentSize) }));
  if (next === undefined) damages.push(...(await liveDamages(server, point, archive, work)));
  return damages;
}

function holes(course: Course, segmentSize: number, { until, stop }: { until: bigint | null; stop: bigint }): Damage[] {
  const { missing, segments } = course;
  if (missing !== null) {
    const { number } = parseSegment(missing, segmentSize);
    return until === null || number < until ? [{ what: missing, fact: 'it is missing from the log' }] : [];
  }
  const last = segments.at(-1);
  const reaches = last !== undefined && parseSegment(last.name, segmentSize).number >= stop;
  return reaches ? [] : [{ what: last?.name ?? 'the log', fact: 'the log ends before the backup does' }];
}

/** What the server that writes this lineage now says of its own archiving; one that is gone says nothing. */
async function liveDamages(server: PostgresServer, point: Manifest, archive: Archive, work: Work): Promise<Damage[]> {
  if (point.lineage !== work.lineage) return [];
  try {
    return await withSession(localAccess(server, server.database), async (session) => {
      const { failing, lastArchived } = await archiverState(session);
      if (failing !== null) return [{ what: failing, fact: failingArchiver(failing).message }];
      const absent = neverArrived(archive, lastArchived, positionOf(point));
      return absent === null ? [] : [{ what: absent, fact: 'the server believes it is archived, and it is not there' }];
    });
  } catch (error) {
    if (error instanceof AgenteError && error.code === 'server-failed') return [];
    throw error;
  }
}
