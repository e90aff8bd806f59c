import { AgenteError } from '../../../recovery/errors';

/** A place in the log: bytes from its beginning. */
export type Lsn = bigint;

const form = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

export const isLsn = (text: string): boolean => form.test(text);

/** @throws AgenteError argument-invalid. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = form.exec(text) ?? [];
  if (high === undefined || low === undefined) {
    throw new AgenteError('argument-invalid', `not an LSN: ${JSON.stringify(text)}`, 'Write it as 0/3000028.');
  }
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export function formatLsn(lsn: Lsn): string {
  return `${(lsn >> 32n).toString(16)}/${(lsn & 0xffff_ffffn).toString(16)}`.toUpperCase();
}

/** Which piece of the log, of pieces of that size. */
export const numberOf = (lsn: Lsn, segmentSize: number): bigint => lsn / BigInt(segmentSize);

const hex8 = (value: bigint): string => value.toString(16).toUpperCase().padStart(8, '0');

/** A segment's name: time line, and its number in two halves that depend on the size of segments. */
export function segmentName(timeline: number, number: bigint, segmentSize: number): string {
  const perHalf = 0x1_0000_0000n / BigInt(segmentSize);
  return hex8(BigInt(timeline)) + hex8(number / perHalf) + hex8(number % perHalf);
}

export function parseSegment(name: string, segmentSize: number): { timeline: number; number: bigint } {
  const perHalf = 0x1_0000_0000n / BigInt(segmentSize);
  const [timeline, high, low] = [0, 8, 16].map((at) => BigInt(`0x${name.slice(at, at + 8)}`)) as [
    bigint,
    bigint,
    bigint,
  ];
  return { timeline: Number(timeline), number: high * perHalf + low };
}

/** One time line that a later one came from, and where it was left. */
export interface Fork {
  readonly timeline: number;
  readonly left: Lsn;
}

/** The content of a history file: oldest first. */
export function parseHistory(content: string): Fork[] {
  return content
    .split('\n')
    .map((line) => /^\s*(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/i.exec(line))
    .filter((match) => match !== null)
    .map(([, timeline, left]) => ({ timeline: Number(timeline), left: parseLsn(left ?? '') }));
}
