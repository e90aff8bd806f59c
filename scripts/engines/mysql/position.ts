import { AgenteError } from '../../../recovery/errors';

/** A place between two events of a binary log. */
export interface BinlogPosition {
  readonly file: string;
  readonly offset: number;
}

export const textOf = ({ file, offset }: BinlogPosition): string => `${file}:${String(offset)}`;

/** `binlog.000007:1234`. @throws AgenteError argument-invalid. */
export function parsePosition(text: string): BinlogPosition {
  const match = /^(\S+\.\d+):(\d+)$/.exec(text);
  if (match?.[1] === undefined) {
    throw new AgenteError(
      'argument-invalid',
      `not a position of a binary log: ${JSON.stringify(text)}`,
      'Write binlog.000007:1234 (file:offset), or a GTID such as 0-11-4711.',
    );
  }
  return { file: match[1], offset: Number(match[2]) };
}

export const numberOf = (file: string): number => Number(file.slice(file.lastIndexOf('.') + 1));

/** Negative when a is before b. */
export const compare = (a: BinlogPosition, b: BinlogPosition): number =>
  numberOf(a.file) - numberOf(b.file) || a.offset - b.offset;
