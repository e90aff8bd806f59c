import { AgenteError } from '../../recovery/errors';

const form =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * An instant as a person writes it. Without a zone it is UTC, whatever the zone of this machine: the same
 * command must mean the same moment for whoever types it.
 * @throws AgenteError argument-invalid for what is no date, or names no moment (30 February).
 */
export function parseInstant(written: string): Date {
  const match = form.exec(written.trim());
  if (match === null) throw invalid(written, 'not a time');
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    match;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
  const asUtc = new Date(local);
  if (Number.isNaN(asUtc.getTime()) || asUtc.toISOString() !== local) throw invalid(written, 'there is no such moment');
  return new Date(asUtc.getTime() - offsetMinutes(zone, written) * 60_000);
}

function offsetMinutes(zone: string, written: string): number {
  const match = /^([+-])(\d\d):?(\d\d)?$/.exec(zone);
  if (match === null) return 0;
  const [, sign, hours = '', minutes = '00'] = match;
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > 14 * 60) throw invalid(written, 'no zone has such an offset');
  return sign === '-' ? -offset : offset;
}

function invalid(written: string, why: string): AgenteError {
  return new AgenteError(
    'argument-invalid',
    `${JSON.stringify(written)}: ${why}`,
    'Write it as "2026-11-28 14:30:00" (UTC), or with its offset: "2026-11-28 14:30:00-03:00".',
  );
}

/** An instant in UTC and as the operator's clock on the wall shows it. */
export function bothClocks(instant: Date): string {
  const offset = -instant.getTimezoneOffset();
  const wall = new Date(instant.getTime() + offset * 60_000)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '');
  const sign = offset < 0 ? '-' : '+';
  const pad = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
  const zone = `${sign}${pad(Math.abs(offset) / 60)}:${pad(Math.abs(offset) % 60)}`;
  const utc = instant
    .toISOString()
    .replace('T', ' ')
    .replace(/\.000Z$/, ' UTC')
    .replace(/Z$/, ' UTC');
  return offset === 0 ? utc : `${utc} (here ${wall}${zone})`;
}
