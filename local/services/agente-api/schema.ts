import type { Pool } from 'pg';

/**
 * Tables of the bookings. `room_nights` holds one row for each room and night, so that two guests in
 * one bed are refused by the primary key and not by a look beforehand. `sessions` is what a cold cache
 * is rebuilt from: key `session:<reference>`, value `data`, expiry `expires_at`.
 * Ids are random: two sites whose histories have parted must not hand out the same one.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS reservations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    reference text NOT NULL CONSTRAINT reservations_reference_key UNIQUE,
    hotel_id integer NOT NULL,
    room integer NOT NULL,
    check_in date NOT NULL,
    check_out date NOT NULL,
    guest text NOT NULL,
    site text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE TABLE IF NOT EXISTS room_nights (
    hotel_id integer NOT NULL,
    night date NOT NULL,
    room integer NOT NULL,
    reference text NOT NULL,
    CONSTRAINT room_nights_pkey PRIMARY KEY (hotel_id, night, room)
  );
  CREATE TABLE IF NOT EXISTS sessions (
    reference text PRIMARY KEY,
    data jsonb NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
`;

/** Any constant will do: it keeps tasks that start at the same moment from creating the tables twice. */
const schemaLock = 7_001_208;

/** Makes the tables that are missing. @throws what PostgreSQL throws, also on a standby. */
export async function ensureSchema(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [schemaLock]);
    await client.query(tables);
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}
