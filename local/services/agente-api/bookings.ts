import { duration } from '../../../recovery/duration';
import { ApiError } from '../web/api-error';
import { within } from '../web/within';
import { roomsPerHotel, type AvailabilityRequest, type ReservationRequest } from '../hotel/requests';
import { fromCache, fromDatabase } from './api-error';
import type { Stores } from './stores';

const sessionLife = duration('24h');
const cacheTimeoutMs = 1_500;
const uniqueViolation = '23505';

/** One statement, so one transaction and one journey: a booking costs the database a single commit. */
const book = {
  name: 'book',
  text: `
    WITH booked AS (
      INSERT INTO reservations (reference, hotel_id, room, check_in, check_out, guest, site)
      VALUES ($1, $2, $3, $4::date, $5::date, $6, $7) RETURNING id, created_at
    ), nights AS (
      INSERT INTO room_nights (hotel_id, night, room, reference)
      SELECT $2, $4::date + n, $3, $1 FROM generate_series(0, $5::date - $4::date - 1) n
    ), session AS (
      INSERT INTO sessions (reference, data, expires_at) VALUES ($1, $8::jsonb, $9::timestamptz)
    )
    SELECT id, created_at FROM booked`,
} as const;

const find = {
  name: 'find',
  text: `
    SELECT r.id, r.reference, r.hotel_id, r.room, r.check_in::text, r.check_out::text, r.guest, r.site, r.created_at,
           s.data AS session, s.expires_at
    FROM reservations r JOIN sessions s USING (reference) WHERE r.reference = $1`,
} as const;

const free = {
  name: 'free',
  text: `
    WITH taken AS (
      SELECT DISTINCT room FROM room_nights WHERE hotel_id = $1 AND night >= $2::date AND night < $3::date
    )
    SELECT $4 - (SELECT count(*)::int FROM taken) AS available,
           ARRAY(SELECT room FROM generate_series(1, $4) room
                 WHERE NOT EXISTS (SELECT FROM taken t WHERE t.room = room.room) ORDER BY room LIMIT 20) AS rooms`,
} as const;

export interface Reservation {
  readonly id: string;
  readonly reference: string;
  readonly hotel_id: number;
  readonly room: number;
  readonly check_in: string;
  readonly check_out: string;
  readonly guest: string;
  readonly site: string;
  readonly created_at: Date;
}

interface StoredReservation extends Reservation {
  readonly session: unknown;
  readonly expires_at: Date;
}

const contentOf = (row: ReservationRequest): string =>
  JSON.stringify([row.hotel_id, row.room, row.check_in, row.check_out, row.guest]);

/** The hotel's bookings, in PostgreSQL; the guest's session beside them in Redis. */
export class Bookings {
  constructor(
    private readonly stores: Stores,
    private readonly site: string,
  ) {}

  /**
   * Books a room. `created` is false when this reference was booked before.
   * @throws ApiError room-taken, reference-taken, database-unavailable, cache-unavailable.
   */
  async reserve(request: ReservationRequest): Promise<{ created: boolean; reservation: Reservation }> {
    const { reference, hotel_id, room, check_in, check_out, guest } = request;
    const expiresAt = new Date(Date.now() + sessionLife.ms);
    const session = { reference, hotel_id, room, check_in, check_out, guest, site: this.site };
    const values = [reference, hotel_id, room, check_in, check_out, guest, this.site, session, expiresAt];
    try {
      const { rows } = await this.stores.database.query<{ id: string; created_at: Date }>({ ...book, values });
      const row = rows[0];
      if (row === undefined) throw new Error('the booking returned no row');
      await this.keepSession(reference, session, expiresAt);
      return { created: true, reservation: { ...request, ...row, site: this.site } };
    } catch (error) {
      if (error instanceof ApiError) throw error;
      if (!(error instanceof Error && 'code' in error && error.code === uniqueViolation)) throw fromDatabase(error);
      return { created: false, reservation: await this.bookedBefore(request) };
    }
  }

  /** @throws ApiError not-found, database-unavailable. */
  async read(reference: string): Promise<Reservation> {
    const found = await this.find(reference);
    if (found === null) throw new ApiError('not-found', `no reservation ${reference}`, 'check the reference');
    return publicPart(found);
  }

  /** How many rooms are free in all of the nights, and the first 20 of them. @throws ApiError database-unavailable. */
  async availability(request: AvailabilityRequest): Promise<{ available: number; rooms: number[] }> {
    const values = [request.hotel_id, request.check_in, request.check_out, roomsPerHotel];
    try {
      const { rows } = await this.stores.database.query<{ available: number; rooms: number[] }>({ ...free, values });
      return rows[0] ?? { available: 0, rooms: [] };
    } catch (error) {
      throw fromDatabase(error);
    }
  }

  /** A repeated request: the first answer again, and its session in the cache, where it may be missing. */
  private async bookedBefore(request: ReservationRequest): Promise<Reservation> {
    const found = await this.find(request.reference);
    if (found === null) {
      throw new ApiError('room-taken', `room ${String(request.room)} is taken in these nights`, 'choose another room');
    }
    if (contentOf(found) !== contentOf(request)) {
      throw new ApiError('reference-taken', `${request.reference} names another booking`, 'use a new reference');
    }
    await this.keepSession(found.reference, found.session, found.expires_at);
    return publicPart(found);
  }

  private async find(reference: string): Promise<StoredReservation | null> {
    try {
      const { rows } = await this.stores.database.query<StoredReservation>({ ...find, values: [reference] });
      return rows[0] ?? null;
    } catch (error) {
      throw fromDatabase(error);
    }
  }

  private async keepSession(reference: string, session: unknown, expiresAt: Date): Promise<void> {
    const expiry = { expiration: { type: 'EXAT', value: Math.floor(expiresAt.getTime() / 1_000) } } as const;
    try {
      const write = this.stores.cache.set(`session:${reference}`, JSON.stringify(session), expiry);
      await within(cacheTimeoutMs, 'cache', write);
    } catch (error) {
      throw fromCache(error);
    }
  }
}

function publicPart(stored: StoredReservation): Reservation {
  const { id, reference, hotel_id, room, check_in, check_out, guest, site, created_at } = stored;
  return { id, reference, hotel_id, room, check_in, check_out, guest, site, created_at };
}
