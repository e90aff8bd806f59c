import * as fs from 'node:fs';
import { sites, type Site } from '../../recovery/sites';

/** One booking that a guest tried: what the guest knows, and nothing else. Instants are Unix ms. */
export interface Try {
  /** Position in the order in which the bookings were sent; part of the booking's reference. */
  readonly sequence: number;
  readonly sentAt: number;
  /** When the guest had an answer, or gave up. */
  readonly endedAt: number;
  /** The site that acknowledged the booking; null when nobody did. */
  readonly site: Site | null;
  /** Why it was not acknowledged: `http-503`, `ECONNREFUSED`, `timeout`; null when it was. */
  readonly failure: string | null;
}

/** The reference under which a try is booked: the key by which the stores are searched afterwards. */
export function referenceOf(drill: string, sequence: number): string {
  return `${drill}-${String(sequence)}`;
}

const header = 'sequence,sent_ms,ended_ms,site,failure\n';

export function formatTry(entry: Try): string {
  // A failure is an error code of a library; a comma or a newline in it would shift the columns.
  const failure = (entry.failure ?? '').replaceAll(/[^\w.-]+/g, '_');
  return [entry.sequence, entry.sentAt, entry.endedAt, entry.site ?? '', failure].join(',');
}

/** @throws Error when the line is not one that `formatTry` wrote. */
export function parseTry(line: string): Try {
  const [sequence, sentAt, endedAt, site, failure, ...rest] = line.split(',');
  const known = sites.find((candidate) => candidate === site) ?? null;
  const numbers = [sequence, sentAt, endedAt].map(Number);
  const whole = numbers.every((value) => Number.isSafeInteger(value));
  const outcome = (known === null) === (site === '') && (known === null) === (failure !== '');
  if (failure === undefined || rest.length > 0 || !whole || !outcome) throw new Error(`not a ledger line: ${line}`);
  return {
    sequence: numbers[0] as number,
    sentAt: numbers[1] as number,
    endedAt: numbers[2] as number,
    site: known,
    failure: known === null ? failure : null,
  };
}

/**
 * The append-only file of what guests were told. It lies outside both regions, so that it survives
 * whatever the drill destroys; every batch is handed to the kernel before anybody else hears of it.
 */
export class Ledger {
  private readonly descriptor: number;

  constructor(readonly file: string) {
    this.descriptor = fs.openSync(file, 'ax', 0o644);
    fs.writeSync(this.descriptor, header);
  }

  append(batch: readonly Try[]): void {
    if (batch.length > 0) fs.writeSync(this.descriptor, batch.map((entry) => `${formatTry(entry)}\n`).join(''));
  }

  close(): void {
    fs.closeSync(this.descriptor);
  }
}

/** Everything in a ledger. A last line without its end belongs to a booker that was killed, and is left out. */
export function readLedger(file: string): Try[] {
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(1, -1);
  return lines.map(parseTry);
}
