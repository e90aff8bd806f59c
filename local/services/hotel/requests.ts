import { z } from 'zod';
import { ApiError } from '../web/api-error';

/** Hotels and rooms that exist. A hotel is far larger than life, so that a long test does not run out of rooms. */
export const hotels = 200;
export const roomsPerHotel = 5_000;
const longestStayNights = 30;

const dayMs = 86_400_000;
const day = z.iso.date();

function nights(stay: { check_in: string; check_out: string }): number {
  return (Date.parse(stay.check_out) - Date.parse(stay.check_in)) / dayMs;
}
function isStay(stay: { check_in: string; check_out: string }): boolean {
  return nights(stay) >= 1 && nights(stay) <= longestStayNights;
}
const stayRule = {
  path: ['check_out'],
  message: `check_out is 1 to ${String(longestStayNights)} nights after check_in`,
};

const stay = { hotel_id: z.int().min(1).max(hotels), check_in: day, check_out: day };

const availabilityRequest = z.object(stay).refine(isStay, stayRule);
export type AvailabilityRequest = z.infer<typeof availabilityRequest>;

const reservationRequest = z
  .object({
    ...stay,
    reference: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'reference is 1 to 100 of A-Z a-z 0-9 . _ -'),
    room: z.int().min(1).max(roomsPerHotel),
    guest: z.string().trim().min(1).max(200),
  })
  .refine(isStay, stayRule);
export type ReservationRequest = z.infer<typeof reservationRequest>;

function parse<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new ApiError('invalid-request', 'the body is not JSON', 'send application/json', { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ApiError('invalid-request', faults.join('; '), 'correct the named fields');
}

/** @throws ApiError invalid-request naming every field that is wrong. */
export const parseAvailability = (body: string): AvailabilityRequest => parse(availabilityRequest, body);
/** @throws ApiError invalid-request naming every field that is wrong. */
export const parseReservation = (body: string): ReservationRequest => parse(reservationRequest, body);
