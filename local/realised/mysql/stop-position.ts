import { transactionsOf, type Transaction } from './binlog-events';
import type { LogPiece } from './log-pieces';

/** The log of one file as the store has it. */
export interface StoredLog {
  readonly file: string;
  readonly bytes: Buffer;
  readonly pieces: readonly LogPiece[];
}

/**
 * Was the transaction committed at the target or before? When it was seen says it to a fraction of a
 * second; only for the piece in which the target itself lies the log's own whole seconds decide.
 */
function isWithin(transaction: Transaction, pieces: readonly LogPiece[], target: Date): boolean {
  const seen = pieces.find((piece) => piece.to >= transaction.end);
  if (seen !== undefined && seen.before <= target.getTime()) return true;
  if (seen !== undefined && seen.after >= target.getTime()) return false;
  return transaction.second * 1_000 < target.getTime();
}

/** End of the last transaction that belongs to the target; null for none. Without a target that is the newest one. */
export function stopPosition(logs: readonly StoredLog[], target: Date | null): { file: string; offset: number } | null {
  let stop: { file: string; offset: number } | null = null;
  for (const { file, bytes, pieces } of logs) {
    for (const transaction of transactionsOf(bytes)) {
      if (target !== null && !isWithin(transaction, pieces, target)) return stop;
      stop = { file, offset: transaction.end };
    }
  }
  return stop;
}
