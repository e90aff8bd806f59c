/**
 * Entries of a file in which each begins with its length as a varint (protobuf's delimited form), as
 * Alertmanager writes its logs; null when it does not end with a whole one.
 */
export function entriesIn(bytes: Buffer): number | null {
  let at = 0;
  let count = 0;
  while (at < bytes.length) {
    let length = 0;
    let shift = 1;
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined || shift > 2 ** 42) return null;
      at += 1;
      length += (byte & 0x7f) * shift;
      if (byte < 0x80) break;
      shift *= 128;
    }
    at += length;
    count += 1;
  }
  return at === bytes.length ? count : null;
}
