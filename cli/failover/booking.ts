import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ServiceDoor } from './service-door';

const booked = z.object({ reference: z.string(), site: z.string().optional() });

/** Nights that no guest books, so that a test booking takes nobody's room. */
const firstNight = Date.UTC(2090, 0, 1);
const nights = 3_000;
const dayMs = 86_400_000;

function night(reference: string): { check_in: string; check_out: string } {
  const offset = createHash('sha256').update(reference).digest().readUInt32BE(0) % nights;
  const day = (at: number) => new Date(firstNight + at * dayMs).toISOString().slice(0, 10);
  return { check_in: day(offset), check_out: day(offset + 1) };
}

/** A reference of its own for each try: an answer that was lost must not pass for a success. */
export function testReference(incident: string): string {
  return `failover-${incident}-${randomBytes(4).toString('hex')}`.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(-100);
}

/**
 * Books a room behind one address and reads the booking back.
 * @returns null when both worked, else what went wrong.
 */
export async function bookAndReadBack(door: ServiceDoor, address: string, reference: string): Promise<string | null> {
  const body = { reference, hotel_id: 1, room: 1 + (randomBytes(2).readUInt16BE(0) % 4_000), ...night(reference) };
  try {
    const made = await door.ask({
      address,
      method: 'POST',
      path: '/api/v1/reservations',
      body: { ...body, guest: 'agente-dr failover test' },
    });
    if (made.status !== 201) return `POST /api/v1/reservations answers ${String(made.status)}`;
    const read = await door.ask({ address, method: 'GET', path: `/api/v1/reservations/${reference}` });
    const same = booked.safeParse(read.body).data?.reference === reference;
    return read.status === 200 && same ? null : `reading ${reference} back answers ${String(read.status)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
