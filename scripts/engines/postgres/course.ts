import type { Manifest } from '../../catalogue/manifest';
import type { Archive, ArchivedSegment } from './archive';
import { numberOf, parseLsn, segmentName, type Lsn } from './wal';

/** What a base backup says of where it lies in the log. */
export interface BasePosition {
  readonly timeline: number;
  readonly start: Lsn;
  readonly stop: Lsn;
  readonly segmentSize: number;
}

export function positionOf(point: Manifest): BasePosition {
  const { timeline = '1', startLsn = '0/0', stopLsn = '0/0', segmentSize = '16777216' } = point.positions;
  return {
    timeline: Number(timeline),
    start: parseLsn(startLsn),
    stop: parseLsn(stopLsn),
    segmentSize: Number(segmentSize),
  };
}

/** The way of a replay through the archive. */
export interface Course {
  readonly timeline: number;
  /** Without a hole, from the one in which the base began. */
  readonly segments: readonly ArchivedSegment[];
  /** Name of the first segment that is not there although later ones are; null for none. */
  readonly missing: string | null;
}

/** Does this history lead through the base? A time line that left before the base ended does not. */
export function leadsThrough(archive: Archive, timeline: number, base: BasePosition): boolean {
  const fork = archive.forksOf(timeline).find((each) => each.timeline === base.timeline);
  return fork !== undefined && (fork.left === null || fork.left >= base.stop);
}

/** The newest history that leads through the base; its own when there is none. */
export function historyFor(archive: Archive, base: BasePosition): number {
  const all = new Set([archive.newestTimeline, ...archive.histories.keys(), base.timeline]);
  return [...all].sort((a, b) => b - a).find((each) => leadsThrough(archive, each, base)) ?? base.timeline;
}

export function courseOf(archive: Archive, base: BasePosition, timeline: number): Course {
  const size = base.segmentSize;
  // Each time line counts from the segment in which it left its parent; a server prefers the newest that counts.
  const forks = archive.forksOf(timeline);
  const lines = forks
    .map((fork, at) => {
      const left = forks[at - 1]?.left ?? null;
      const first = left === null ? 0n : numberOf(left, size);
      return { timeline: fork.timeline, first, last: fork.left === null ? null : numberOf(fork.left, size) };
    })
    .reverse();
  const find = (number: bigint): ArchivedSegment | undefined =>
    lines
      .filter((line) => line.first <= number && (line.last === null || number <= line.last))
      .map((line) => archive.segments.get(segmentName(line.timeline, number, size)))
      .find((segment) => segment !== undefined);
  const highest = lines.reduce((high, line) => {
    const top = archive.highest(line.timeline, size) ?? -1n;
    const within = line.last === null || top < line.last ? top : line.last;
    return within > high ? within : high;
  }, -1n);
  const segments: ArchivedSegment[] = [];
  for (let number = numberOf(base.start, size); number <= highest; number += 1n) {
    const found = find(number);
    if (found === undefined) {
      const line = lines.find((each) => each.first <= number);
      return { timeline, segments, missing: segmentName(line?.timeline ?? timeline, number, size) };
    }
    segments.push(found);
  }
  return { timeline, segments, missing: null };
}
