/** A piece of a server's binary log in the store: its key says where it belongs and when it was written. */
export interface LogPiece {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  /** The piece was written to the log after the first and before the second of these instants. */
  readonly after: number;
  readonly before: number;
}

const pad = (number: number): string => String(number).padStart(15, '0');

/** Keys sort in the order of the log. */
export function keyOfPiece(prefix: string, { file, from, to, after, before }: LogPiece): string {
  return `${prefix}${file}/${[from, to, after, before].map(pad).join('-')}`;
}

export function pieceOfKey(prefix: string, key: string): LogPiece {
  const match = /^(binlog\.\d+)\/(\d+)-(\d+)-(\d+)-(\d+)$/.exec(key.slice(prefix.length));
  if (match === null) throw new Error(`not a piece of a binary log: ${key}`);
  const [, file = '', ...numbers] = match;
  const [from = 0, to = 0, after = 0, before = 0] = numbers.map(Number);
  return { file, from, to, after, before };
}

/** @throws Error when the pieces of one file do not join without a gap from its first byte. */
export function checkGapless(file: string, pieces: readonly LogPiece[]): void {
  let end = 0;
  for (const { from, to } of pieces) {
    if (from !== end) throw new Error(`backup of ${file} lacks bytes ${String(end)} to ${String(from)}`);
    end = to;
  }
}

/** @throws Error when a file is missing between the first one that is needed and the last one that is there. */
export function checkConsecutive(first: string, files: readonly string[]): void {
  const numberOf = (file: string) => Number(file.slice(file.lastIndexOf('.') + 1));
  const missing = files.findIndex((file, index) => numberOf(file) !== numberOf(first) + index);
  if (missing !== -1) throw new Error(`backup lacks the log before ${files[missing] ?? ''}`);
}
