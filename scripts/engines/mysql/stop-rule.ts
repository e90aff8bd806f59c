import { AgenteError } from '../../../recovery/errors';
import type { Manifest } from '../../catalogue/manifest';
import type { RestoreTarget } from '../engine';
import { compare, parsePosition, textOf } from './position';
import type { Transaction } from './transactions';

/** Where a piece of log was seen to have grown to, and when. */
interface Seen {
  readonly file: string;
  readonly offset: number;
  readonly at: number;
}

const gtidForm = /^(?:\d+-\d+-\d+|[0-9a-f]{8}-[0-9a-f-]{27}:\d+)$/i;
export const isGtid = (position: string): boolean => gtidForm.test(position);

/** Decides, transaction by transaction in the order of the log, which still belongs to a target. */
export class StopRule {
  /** Set once nothing more belongs to the target. */
  done = false;
  found = false;

  constructor(private readonly target: RestoreTarget) {}

  /** @throws AgenteError restore-target-unreachable for a position inside a transaction. */
  includes(transaction: Transaction, file: string, log: Manifest | null): boolean {
    if (this.done) return false;
    const { target } = this;
    if (target.to === 'point') this.done = true;
    if (target.to === 'time') this.done = !isWithin(transaction, file, log, target.time.getTime());
    if (target.to !== 'position') return !this.done;
    if (isGtid(target.position)) {
      this.found = this.done = transaction.gtid.toLowerCase() === target.position.toLowerCase();
      return true;
    }
    const stop = parsePosition(target.position);
    const [start, end] = [
      { file, offset: transaction.start },
      { file, offset: transaction.end },
    ];
    if (compare(start, stop) < 0 && compare(end, stop) > 0) {
      throw new AgenteError(
        'restore-target-unreachable',
        `${target.position} lies inside transaction ${transaction.gtid}, which goes from ${textOf(start)} to ${textOf(end)}`,
        'Name one of these two places.',
      );
    }
    const within = compare(end, stop) <= 0;
    if (compare(end, stop) >= 0) this.found = this.done = true;
    return within;
  }
}

/**
 * Was it committed at the target or before? When its piece of log appeared says it to a fraction of a second.
 * Where that does not tell, MariaDB's log does in whole seconds; a target inside a second takes nothing of
 * that second then: nothing newer than the target may get in.
 */
function isWithin({ second, micros, end }: Transaction, file: string, log: Manifest | null, target: number): boolean {
  if (micros !== null) return micros <= target * 1_000;
  const { after, before } = log === null ? { after: 0, before: Infinity } : windowOf(file, end, log);
  // A clock that says the log was seen before it was written decides nothing.
  const sound = before >= second * 1_000;
  if (sound && before <= target) return true;
  if (sound && after >= target) return false;
  return second * 1_000 < Math.floor(target / 1_000) * 1_000;
}

function windowOf(file: string, end: number, { positions }: Manifest): { after: number; before: number } {
  let after = Date.parse(positions['after'] ?? '') || 0;
  const before = Date.parse(positions['before'] ?? '') || Infinity;
  for (const mark of seenOf(positions['seen'] ?? '')) {
    if (compare({ file, offset: end }, mark) <= 0) return { after, before: mark.at };
    after = mark.at;
  }
  return { after, before };
}

function seenOf(text: string): Seen[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.map((word) => {
    const [place = '', at = ''] = word.split('@');
    return { ...parsePosition(place), at: Number(at) };
  });
}
