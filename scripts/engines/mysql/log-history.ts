import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { Work } from '../engine';
import { compare, parsePosition, textOf, type BinlogPosition } from './position';

/**
 * A history is one run of a server's log without a break. A server that was restored begins another one,
 * although its files and numbers look alike; so a history has an identity of its own in the points.
 */
export interface LogEnd {
  readonly history: string;
  readonly at: BinlogPosition;
  readonly gtids: string;
  /** The last event before the end: where it begins, and its checksum. */
  readonly last: { readonly file: string; readonly start: number; readonly crc: string } | null;
  /** The point that the next piece builds on. */
  readonly parent: string;
  /** The point that ends there. */
  readonly newest: string;
  /** Whose log it is. */
  readonly identity: string;
  readonly to: Date;
}

export const historyOf = (point: Manifest): string => point.positions['history'] ?? '';

/** Where a full copy stands in the log; null for a copy that knows no place in it. */
export function baseOf(point: Manifest): BinlogPosition | null {
  const at = point.positions['end'];
  return at === undefined ? null : parsePosition(at);
}

/** Where the points of this lineage end: what a new piece has to join. Null when there is no full copy yet. */
export async function logEnd(work: Work): Promise<LogEnd | null> {
  const { points } = await work.catalogue.list();
  const own = points.filter((point) => point.lineage === work.lineage && point.positions['end'] !== undefined);
  const full = own.filter(({ kind }) => kind === 'full').at(-1);
  if (full === undefined) return null;
  const logs = own.filter((point) => point.kind === 'log' && historyOf(point) === historyOf(full)).sort(inOrder);
  const base = logs.at(-1) ?? full;
  const [file = '', start = '', crc = ''] = (base.positions['last'] ?? '').split(' ');
  // The first piece after a full copy builds on that copy: older copies may go with their pieces.
  const joined = logs.some(({ parent }) => parent === full.id);
  return {
    history: historyOf(full),
    at: endOf(base),
    gtids: base.positions['gtids'] ?? '',
    last: crc === '' ? null : { file, start: Number(start), crc },
    parent: joined ? base.id : full.id,
    newest: base.id,
    identity: full.source.identity,
    to: new Date(base.restorable.to),
  };
}

const inOrder = (a: Manifest, b: Manifest): number =>
  compare(endOf(a), endOf(b)) || Date.parse(a.restorable.to) - Date.parse(b.restorable.to);

/** The pieces of log behind a full copy, in order, up to where the first one is missing. */
export interface LogsBehind {
  readonly logs: readonly Manifest[];
  /** log-gap naming what is missing; null when nothing is. */
  readonly gap: AgenteError | null;
}

interface LogsFound extends LogsBehind {
  /** The first piece after the gap. */
  readonly next: Manifest | null;
}

export async function logsBehind(base: Manifest, work: Work): Promise<LogsFound> {
  const at = baseOf(base);
  if (at === null) return { logs: [], gap: null, next: null };
  const { points, unreadable } = await work.catalogue.list();
  const all = points
    .filter((point) => point.kind === 'log' && point.lineage === base.lineage && historyOf(point) === historyOf(base))
    .filter((log) => compare(endOf(log), at) >= 0)
    .sort((a, b) => compare(startOf(a), startOf(b)) || compare(endOf(a), endOf(b)) || (a.id < b.id ? -1 : 1));
  const logs: Manifest[] = [];
  let end = at;
  for (const log of all) {
    if (compare(startOf(log), end) > 0)
      return {
        logs,
        gap: gapBefore(
          end,
          log,
          unreadable.map(({ key }) => key),
        ),
        next: log,
      };
    if (compare(endOf(log), end) < 0) continue;
    logs.push(log);
    end = endOf(log);
  }
  return { logs, gap: null, next: null };
}

export const startOf = (log: Manifest): BinlogPosition => parsePosition(log.positions['start'] ?? '');
export const endOf = (log: Manifest): BinlogPosition => parsePosition(log.positions['end'] ?? '');

function gapBefore(end: BinlogPosition, next: Manifest, unreadable: readonly string[]): AgenteError {
  const unread = unreadable.length === 0 ? '' : ` (cannot be read: ${unreadable.join(', ')})`;
  return new AgenteError(
    'log-gap',
    `the log is missing from ${textOf(end)} to ${next.positions['start'] ?? ''}, before ${next.id}${unread}`,
    `Restore to a time before ${next.restorable.from}, or from a full copy that is newer than the gap.`,
  );
}
