import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { RestorePlan, RestoreRequest, RestoreTarget, Work } from '../engine';
import { baseOf, endOf, logsBehind, type LogsBehind } from './log-history';
import { compare, parsePosition, textOf } from './position';
import { isGtid } from './stop-rule';
import { notInLog } from './replay';
import { domainOf } from './log-scan';

/** Which copy, which pieces of log behind it, and up to where. @throws AgenteError restore-target-unreachable, log-gap. */
export async function planRestore(request: RestoreRequest, work: Work): Promise<RestorePlan> {
  const { target, logFolder } = request;
  const copy = request.base ?? (await copyFor(target, work));
  const behind = target.to === 'point' ? { logs: [], gap: null } : await logsBehind(copy, work);
  const logs = logFolder === null ? cut(target, copy, behind) : behind.logs;
  const reaches = target.to === 'time' ? target.time : new Date(logs.at(-1)?.restorable.to ?? copy.restorable.to);
  const logBytes = logs.reduce((sum, { size }) => sum + size.data, 0);
  const loose = logFolder === null || target.to === 'point' ? [] : [`replay the log files in ${logFolder}`];
  return {
    points: [copy, ...logs],
    request,
    reaches,
    bytes: copy.size.data,
    logBytes,
    steps: [
      `restore ${copy.id} (${copy.method}, as of ${copy.restorable.to})`,
      ...(logs.length === 0 ? [] : [`replay ${logs.length} piece(s) of log, ${logBytes} bytes, up to ${told(target)}`]),
      ...loose,
      'check every table and every foreign key under a server that nobody else reaches',
    ],
  };
}

function told(target: RestoreTarget): string {
  if (target.to === 'time')
    return `${target.time.toISOString()} (MariaDB's log has whole seconds; where the streamer did not see finer, nothing of a second that has begun is taken)`;
  return target.to === 'position' ? target.position : 'its end';
}

async function copyFor(target: RestoreTarget, work: Work): Promise<Manifest> {
  const { points } = await work.catalogue.list();
  const copies = points.filter(({ kind }) => kind === 'full');
  const fits = copies.filter((copy) => reachableFrom(copy, target, points));
  const found = fits.at(-1);
  if (found !== undefined) return found;
  const first = copies[0];
  const range = first === undefined ? 'there is no full copy' : `the oldest copy is of ${first.restorable.from}`;
  throw unreachable(`nothing reaches ${told(target)}: ${range}`);
}

function reachableFrom(copy: Manifest, target: RestoreTarget, points: readonly Manifest[]): boolean {
  if (target.to === 'time') return new Date(copy.restorable.from) <= target.time;
  if (target.to !== 'position') return true;
  if (isGtid(target.position)) return isBefore(copy.positions['gtids'] ?? '', target.position, copy, points);
  const at = baseOf(copy);
  return at !== null && compare(at, parsePosition(target.position)) <= 0;
}

/** MariaDB numbers the transactions of a domain; MySQL's sets are left to the log itself. */
function isBefore(gtids: string, wanted: string, copy: Manifest, points: readonly Manifest[]): boolean {
  const sequence = (gtid: string): bigint => BigInt(/(\d+)$/.exec(gtid)?.[1] ?? '0');
  if (wanted.includes(':')) return points.find(({ kind }) => kind === 'full')?.id === copy.id;
  const known = gtids.split(',').find((gtid) => domainOf(gtid) === domainOf(wanted));
  return known === undefined || sequence(known) <= sequence(wanted);
}

function cut(target: RestoreTarget, copy: Manifest, { logs, gap }: LogsBehind): readonly Manifest[] {
  if (target.to === 'point') return [];
  if (target.to === 'latest') {
    if (gap !== null) throw gap;
    return logs;
  }
  if (target.to === 'position') return cutAtPosition(target.position, copy, { logs, gap });
  const reach = new Date(logs.at(-1)?.restorable.to ?? copy.restorable.to);
  if (target.time < new Date(copy.restorable.from)) {
    throw unreachable(`${target.time.toISOString()} is before ${copy.id}, which is of ${copy.restorable.from}`);
  }
  if (target.time > reach) {
    if (gap !== null) throw gap;
    throw unreachable(
      `${target.time.toISOString()} is after ${reach.toISOString()}, up to which the log was shipped (from ${copy.restorable.from})`,
    );
  }
  return logs.filter(({ restorable }, index) => index === 0 || new Date(restorable.from) <= target.time);
}

function cutAtPosition(position: string, copy: Manifest, { logs, gap }: LogsBehind): readonly Manifest[] {
  if (isGtid(position)) return logs;
  const stop = parsePosition(position);
  const at = baseOf(copy);
  if (at === null || compare(stop, at) < 0)
    throw unreachable(`${position} is before ${copy.id}, which ends at ${at === null ? 'no known place' : textOf(at)}`);
  const last = logs.at(-1);
  if (compare(stop, last === undefined ? at : endOf(last)) > 0) throw gap ?? notInLog(position);
  const upTo = logs.findIndex((log) => compare(endOf(log), stop) >= 0);
  return logs.slice(0, upTo + 1);
}

function unreachable(fact: string): AgenteError {
  return new AgenteError(
    'restore-target-unreachable',
    fact,
    'Name a time within it: agente-dr catalog list shows what is restorable.',
  );
}
