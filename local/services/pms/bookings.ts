import { roomsPerHotel, type AvailabilityRequest, type ReservationRequest } from '../hotel/requests';
import { ApiError } from '../web/api-error';
import type { Database } from './database';

const duplicateEntry = 1062;
const dayMs = 86_400_000;
/** A statement that the server refuses for what it says is a bug; everything else is a database that is not there. */
const mistakes: readonly unknown[] = [1054, 1064, 1146, 1366, 1406];

interface Booking extends ReservationRequest {
  readonly created_at: string;
}

function nightsOf({ check_in, check_out }: ReservationRequest): string[] {
  const [first, end] = [Date.parse(check_in), Date.parse(check_out)];
  const nights: string[] = [];
  for (let night = first; night < end; night += dayMs) nights.push(new Date(night).toISOString().slice(0, 10));
  return nights;
}

const errnoOf = (error: unknown): unknown => (error instanceof Error && 'errno' in error ? error.errno : undefined);

function fromDatabase(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (mistakes.includes(errnoOf(error))) {
    return new ApiError('internal', 'the booking failed inside', 'report it with the time', { cause: error });
  }
  const hint = 'send the same reference again: it is booked at most once';
  return new ApiError('database-unavailable', 'the database takes no bookings now', hint, { cause: error });
}

/** The hotel's rooms and who has them. */
export class Bookings {
  constructor(private readonly database: Database) {}

  /** Rooms minus bookings, and the first 20 that are free. @throws ApiError database-unavailable. */
  async availability({ hotel_id, check_in, check_out }: AvailabilityRequest) {
    const sql = 'SELECT DISTINCT room FROM room_nights WHERE hotel_id = ? AND night >= ? AND night < ?';
    try {
      const taken = new Set(
        (await this.database.rows<{ room: number }>(sql, [hotel_id, check_in, check_out])).map(({ room }) => room),
      );
      const all = Array.from({ length: roomsPerHotel }, (_, index) => index + 1);
      return { available: roomsPerHotel - taken.size, rooms: all.filter((room) => !taken.has(room)).slice(0, 20) };
    } catch (error) {
      throw fromDatabase(error);
    }
  }

  /**
   * Books a room. `created` is false when this reference was booked before.
   * @throws ApiError room-taken, reference-taken, database-unavailable.
   */
  async book(request: ReservationRequest): Promise<{ created: boolean; booking: Booking }> {
    const { reference, hotel_id, room, check_in, check_out, guest } = request;
    try {
      await this.database.transaction(async (connection) => {
        await connection.query(
          'INSERT INTO bookings (reference, hotel_id, room, check_in, check_out, guest) VALUES (?)',
          [[reference, hotel_id, room, check_in, check_out, guest]],
        );
        const nights = nightsOf(request).map((night) => [hotel_id, night, room, reference]);
        await connection.query('INSERT INTO room_nights (hotel_id, night, room, reference) VALUES ?', [nights]);
      });
      return { created: true, booking: await this.read(reference) };
    } catch (error) {
      if (errnoOf(error) !== duplicateEntry) throw fromDatabase(error);
      return { created: false, booking: await this.bookedBefore(request) };
    }
  }

  /** @throws ApiError not-found, database-unavailable. */
  async read(reference: string): Promise<Booking> {
    const booking = await this.find(reference);
    if (booking === null) throw new ApiError('not-found', `no booking ${reference}`, 'check the reference');
    return booking;
  }

  private async bookedBefore(request: ReservationRequest): Promise<Booking> {
    const found = await this.find(request.reference);
    if (found === null) {
      throw new ApiError('room-taken', `room ${String(request.room)} is taken in these nights`, 'choose another room');
    }
    const same = (['hotel_id', 'room', 'check_in', 'check_out', 'guest'] as const).every(
      (name) => found[name] === request[name],
    );
    if (same) return found;
    throw new ApiError('reference-taken', `${request.reference} names another booking`, 'use a new reference');
  }

  private async find(reference: string): Promise<Booking | null> {
    const sql =
      'SELECT reference, hotel_id, room, check_in, check_out, guest, created_at FROM bookings WHERE reference = ?';
    try {
      return (await this.database.rows<Booking>(sql, [reference]))[0] ?? null;
    } catch (error) {
      throw fromDatabase(error);
    }
  }
}
