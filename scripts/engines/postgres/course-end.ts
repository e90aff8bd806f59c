import * as fs from 'node:fs';
import * as path from 'node:path';
import { AgenteError } from '../../../recovery/errors';
import type { Work } from '../engine';
import type { Archive, ArchivedSegment } from './archive';
import type { Course } from './course';
import { readSegment } from './segment-content';
import { scanSegment, type SegmentScan } from './segment-scan';

/** The last things in the log, by which a replay proves that it reached them. */
export interface CourseEnd {
  /** Without what is damaged at its end, when that was asked for. */
  readonly course: Course;
  /** Where the last whole record begins. */
  readonly lastRecord: string;
  /** End of the last transaction; null when there is none since the base began. */
  readonly lastEnd: Date | null;
}

/**
 * @param cutDamage ends the course before a damaged segment, for a target that may lie before it.
 * @throws AgenteError restore-damaged naming a segment that cannot be read.
 */
export async function endOfCourse(
  whole: Course,
  archive: Archive,
  work: Work,
  { cutDamage }: { cutDamage: boolean },
): Promise<CourseEnd> {
  let course = whole;
  let lastRecord: string | null = null;
  let lastEnd: Date | null = null;
  for (const [index, segment] of [...whole.segments.entries()].reverse()) {
    const scan = await scanned(segment, archive, work).catch((error: unknown) => {
      if (!cutDamage || !(error instanceof AgenteError) || error.code !== 'restore-damaged') throw error;
      return null;
    });
    if (scan === null) {
      course = { ...whole, segments: whole.segments.slice(0, index), missing: segment.name };
      lastRecord = lastEnd = null;
      continue;
    }
    lastRecord ??= scan.lastRecord;
    lastEnd = scan.lastEnd;
    if (lastRecord !== null && lastEnd !== null) break;
  }
  if (lastRecord !== null) return { course, lastRecord, lastEnd };
  throw new AgenteError(
    'log-gap',
    course.missing === null
      ? 'the log holds nothing of this recovery point'
      : `WAL segment ${course.missing} is missing`,
    'Restore from another recovery point: agente-dr catalog list.',
  );
}

/** Where the record of a named restore point begins; the newest of that name. */
export async function findRestorePoint(
  name: string,
  course: Course,
  archive: Archive,
  work: Work,
): Promise<string | null> {
  for (const segment of [...course.segments].reverse()) {
    const { restorePoints } = await scanned(segment, archive, work);
    const found = restorePoints.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

async function scanned(segment: ArchivedSegment, archive: Archive, work: Work): Promise<SegmentScan> {
  const folder = path.join(work.folder, 'scan');
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, segment.name);
  try {
    const fact = await readSegment(segment, archive, work, file);
    if (fact !== null) throw damagedSegment(segment.name, fact);
    return await scanSegment(file, work.signal);
  } finally {
    fs.rmSync(file, { force: true });
  }
}

export function damagedSegment(name: string, fact: string): AgenteError {
  return new AgenteError(
    'restore-damaged',
    `WAL segment ${name}: ${fact}`,
    'Restore to a time before it, or from a recovery point after it: agente-dr catalog list.',
  );
}
