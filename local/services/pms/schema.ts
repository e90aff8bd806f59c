/**
 * Rooms and bookings. `room_nights` holds one row for each room and night, so that two guests in one
 * bed are refused by the primary key and not by a look beforehand.
 */
export const tables = [
  `CREATE TABLE IF NOT EXISTS bookings (
    reference VARCHAR(100) PRIMARY KEY,
    hotel_id INT NOT NULL,
    room INT NOT NULL,
    check_in DATE NOT NULL,
    check_out DATE NOT NULL,
    guest VARCHAR(200) NOT NULL,
    created_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
  )`,
  `CREATE TABLE IF NOT EXISTS room_nights (
    hotel_id INT NOT NULL,
    night DATE NOT NULL,
    room INT NOT NULL,
    reference VARCHAR(100) NOT NULL,
    PRIMARY KEY (hotel_id, night, room)
  )`,
] as const;
