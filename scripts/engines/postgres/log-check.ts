import { setTimeout as pause } from 'node:timers/promises';
import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { Work } from '../engine';
import { Archive } from './archive';
import { archiverState, type ArchiverState } from './archiving';
import { courseOf, positionOf, type BasePosition } from './course';
import { stale } from './ownership';
import type { PreparedServer } from './prepare-server';
import { withSession, type Session } from './session';
import { numberOf, parseSegment } from './wal';

interface Circumstances {
  readonly parent: Manifest | null;
  /** Newest listed point of the lineage. */
  readonly last: Manifest | null;
  readonly work: Work;
}

/**
 * Looks at the log before a backup: a backup that succeeds over a broken log hides that nothing between
 * the backups can be reached.
 * @throws AgenteError log-gap for a failing archiver, and for a gap below an incremental backup; a full one
 * mends the gap, so there it is only told. @throws AgenteError lineage-stale when the archive went on.
 */
export async function refuseLogGap(prepared: PreparedServer, { parent, last, work }: Circumstances): Promise<void> {
  const { access, facts, archiveId, passphrase } = prepared;
  const archiver = await withSession(access, triedAgain);
  if (archiver.failing !== null) throw failingArchiver(archiver.failing);
  if (last === null) return;
  const archive = await Archive.read(work.lineage, archiveId, passphrase, work);
  if (archive.newestTimeline > facts.timeline) {
    throw stale(work.lineage, facts.timeline, archive.newestTimeline, 'another host');
  }
  const base = positionOf(last);
  const missing = courseOf(archive, base, facts.timeline).missing ?? neverArrived(archive, archiver.lastArchived, base);
  if (missing === null) return;
  if (parent !== null) throw gap(missing, last.id);
  work.progress.say(
    `log-gap: WAL segment ${missing} is not in the archive; nothing after it and before now can be restored`,
  );
}

const secondChanceMs = 10_000;

/** The archiver after a failure sleeps for a minute; what made it fail may be mended, by this very run. */
async function triedAgain(session: Session): Promise<ArchiverState> {
  let state = await archiverState(session);
  if (state.failing === null) return state;
  // The end of a segment wakes it.
  await session.query("SELECT pg_create_restore_point('agente-dr wakes the archiver')");
  await session.query('SELECT pg_switch_wal()');
  for (const deadline = Date.now() + secondChanceMs; state.failing !== null && Date.now() < deadline;) {
    await pause(100);
    state = await archiverState(session);
  }
  return state;
}

/**
 * A segment that the server believes to be archived and that is not in the archive: an archive_command
 * that drops what it is given leaves no gap between segments, only an archive that stands still.
 */
export function neverArrived(archive: Archive, segment: string | null, base: BasePosition): string | null {
  if (segment === null || !/^[0-9A-F]{24}$/.test(segment) || archive.segments.has(segment)) return null;
  const isYounger = parseSegment(segment, base.segmentSize).number > numberOf(base.stop, base.segmentSize);
  return isYounger ? segment : null;
}

export function failingArchiver(segment: string): AgenteError {
  return new AgenteError(
    'log-gap',
    `PostgreSQL fails to archive WAL segment ${segment}`,
    "See the server's log for why its archive_command fails; correct that and run the command again.",
  );
}

function gap(segment: string, since: string): AgenteError {
  return new AgenteError(
    'log-gap',
    `WAL segment ${segment}, after ${since}, is not in the archive`,
    'Take a full backup: it does not need what is gone.',
  );
}
