import type { RedisConnection } from './connection';

/** Longest that writers wait, should the command that lets them go on get lost with us. */
export const writersWaitMs = 4_000;

/**
 * Holds back writers, and what expires, while something is looked at. A process that dies in here leaves a
 * server whose writers go on by themselves.
 * @param work is told how it knows that they are still held back.
 */
export async function whileWritersWait<T>(
  client: RedisConnection,
  work: (isHeld: () => boolean) => Promise<T>,
): Promise<T> {
  const until = performance.now() + writersWaitMs;
  await client.sendCommand(['CLIENT', 'PAUSE', String(writersWaitMs), 'WRITE']);
  try {
    return await work(() => performance.now() < until);
  } finally {
    await client.sendCommand(['CLIENT', 'UNPAUSE']).catch(() => undefined);
  }
}
