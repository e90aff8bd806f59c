import { AgenteError } from '../../../recovery/errors';
import { inBytes, type RedisConnection } from './connection';
import type { KeyRecord } from './key-records';

/** Who takes a record: the server that owns its slot. */
export type ClientFor = (key: Buffer) => RedisConnection;

const batch = 200;

/**
 * Puts records into a server, with the ends that they had; what has ended since does not come back to life.
 * @throws AgenteError version-mismatch for values that this server cannot read.
 */
export async function importKeys(
  records: AsyncIterable<KeyRecord>,
  clientFor: ClientFor,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  let selected = 0;
  let waiting: Promise<unknown>[] = [];
  for await (const { database, key, value, expiresAt } of records) {
    signal.throwIfAborted();
    const client = clientFor(key);
    if (database !== selected) {
      await Promise.all(waiting);
      waiting = [];
      await client.sendCommand(['SELECT', String(database)]);
      selected = database;
    }
    const words = ['RESTORE', key, String(expiresAt), value, 'REPLACE', ...(expiresAt > 0 ? ['ABSTTL'] : [])];
    waiting.push(inBytes(client).sendCommand(words).catch(explain));
    onBytes(key.length + value.length);
    if (waiting.length >= batch) {
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all(waiting);
}

function explain(error: unknown): never {
  if (error instanceof Error && /payload version or checksum/.test(error.message)) {
    const hint = 'Restore with the version that the values come from, or a newer one.';
    throw new AgenteError('version-mismatch', `this server does not read the exported values: ${error.message}`, hint);
  }
  throw error;
}
