import type { ProgressStep } from '../../progress/progress';
import { inBytes, type ByteConnection, type RedisConnection } from './connection';
import { keysByDatabase, numberIn } from './information';
import { encodeEnd, encodeKey, keysHeader, type KeyRecord } from './key-records';
import { information } from './live-server';
import type { CacheNode } from './nodes';

/** Keys on their way at once: enough to hide the network, little enough that no other client waits for it. */
const batch = 200;

/** Every key of a cache as records, from all its servers; a key that goes meanwhile is gone. */
export async function* exportKeys(
  nodes: readonly CacheNode[],
  signal: AbortSignal,
  step: ProgressStep,
): AsyncGenerator<Buffer> {
  yield keysHeader;
  let count = 0;
  for (const { client } of nodes) {
    for (const database of (await keysIn(client)).keys()) {
      for await (const records of recordsOf(client, Number(database.slice(2)), signal)) {
        count += records.length;
        const bytes = Buffer.concat(records.map(encodeKey));
        step.advance(bytes.length);
        yield bytes;
      }
    }
  }
  yield encodeEnd(count);
}

export async function keysIn(client: RedisConnection): Promise<Map<string, number>> {
  return keysByDatabase(await information(client, 'keyspace'));
}

export async function* recordsOf(
  client: RedisConnection,
  database: number,
  signal: AbortSignal,
): AsyncGenerator<KeyRecord[]> {
  await client.sendCommand(['SELECT', String(database)]);
  const bytes = inBytes(client);
  let cursor = '0';
  do {
    signal.throwIfAborted();
    const scanned = await bytes.sendCommand<[Buffer, Buffer[]]>(['SCAN', cursor, 'COUNT', String(batch)]);
    cursor = String(scanned[0]);
    // SCAN may name a key twice while the table grows: the second record replaces the first.
    const found = await Promise.all(scanned[1].map((key) => recordOf(bytes, database, key)));
    yield found.filter((record) => record !== null);
  } while (cursor !== '0');
}

/** Value and end in one transaction: a key that is set anew between the two would get the old one's end. */
async function recordOf(bytes: ByteConnection, database: number, key: Buffer): Promise<KeyRecord | null> {
  // Sent without a pause between them, so that nothing else of ours comes between; the client's own transactions
  // answer in text, which values are not.
  const answers = [['MULTI'], ['DUMP', key], ['PEXPIRETIME', key], ['EXEC']].map((words) => bytes.sendCommand(words));
  const [value, expiry] = (await Promise.all(answers)).at(-1) as unknown as [Buffer | null, number];
  return value === null ? null : { database, key, value, expiresAt: Math.max(0, expiry) };
}

/** How many keys were changed, or went by themselves: how far two counts may lie apart. */
export async function changesIn(client: RedisConnection): Promise<number> {
  const persistence = await information(client, 'persistence');
  const stats = await information(client, 'stats');
  return (
    numberIn(persistence, 'rdb_changes_since_last_save') +
    numberIn(stats, 'expired_keys') +
    numberIn(stats, 'evicted_keys')
  );
}
